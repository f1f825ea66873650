#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How flame graphs look by options: palettes, order, sizes, texts.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

cat >in.txt <<'END'
app;main;run;Foo::bar(int);malloc_[i] 40
app;main;run;Foo::bar(int);vfs_read_[k] 20
app;main;jitted_[j];malloc_[i] 30
app;main;idle;waker_\x5bw] 10
END
collapsed-to-pprof <in.txt >in.pprof || bail "no input"

# draw [OPTION...]: the picture of in.txt, without the data island and the style, into out.svg.
draw()
{
	"$render" "$@" --output=svg:3 <in.pprof 3>whole.svg &&
		sed -e '/<style>/,/<\/style>/d' -e '/<metadata/,$d' whole.svg >out.svg
}

# class NAME: the class of the box with that name.
class()
{
	sed -n "s/.*class=\"f \([a-z][0-9]*\)\".*<title>$1 (.*/\1/p" out.svg | tr '\n' ' ' | sed 's/ $//'
}

# y NAME: where the box with that name is, from the top.
y()
{
	sed -n "s/.* y=\"\([0-9]*\)\.[0-9]*\".*<title>$1 (.*/\1/p" out.svg | head -n 1
}

draw
like "$(class 'Foo::bar(int)')" '^y[0-5]$' "by kind: C++ is yellow"
like "$(class run)" '^o[0-5]$' "other user code orange"
like "$(class vfs_read)" '^r[0-7]$' "the kernel red"
like "$(class jitted)" '^g[0-7]$' "JIT-compiled code green"
like "$(class malloc)" '^(a[0-7]) \1$' "inlined calls aqua, the same wherever they are"
like "$(class app)" '^l[0-3]$' "threads grey"
for meaning in 'C++, Rust' inlined kernel; do
	like "$(cat out.svg)" "<text class=\"facts\"[^>]*>$(printf '%s' "$meaning" | sed 's/+/\\+/g')</text>" \
		"the picture says what the colour means: $meaning"
done
run_class=$(class run)

printf 'other;run 1\n' | collapsed-to-pprof >other.pprof
"$render" --output=svg:3 <other.pprof 3>out.svg
is "$(class run)" "$run_class" "a name has the same colour in another profile"

draw --colors=share
is "$(class main)/$(class run)/$(class jitted)/$(class idle)" w7/w7/w6/w4 \
	"by share: a shade for each halving"
for pair in mem:g io:b wakeup:a red:r orange:o yellow:y green:g aqua:a blue:b purple:p; do
	draw --colors="${pair%:*}"
	like "$(class run) $(class vfs_read)" "^${pair#*:}[0-7] ${pair#*:}[0-7]\$" "${pair%:*}: one hue"
	like "$(class app)" '^l[0-3]$' "${pair%:*}: threads are grey all the same"
done
draw --colors=hot
like "$(class run) $(class vfs_read)" '^[oy][0-5] [oy][0-5]$' "hot: orange and yellow"
draw --colors=chain
like "$(class run)/$(class 'waker_\[w\]')" '^b[0-7]/a[0-7]$' "chain: wakers are told apart"
draw --colors=module
like "$(class run) $(class main)" '^([a-z])[0-7] \1[0-7]$' "module: one file, one hue"
draw
cp whole.svg kind.svg
for name in java js perl python rust; do
	draw --colors=$name
	same_file whole.svg kind.svg "$name is by kind"
done
draw --colors=name
hues=$(for name in run main idle vfs_read malloc; do class $name | cut -c 1; echo; done | sort -u | grep -c .)
ok "name: several hues" test "$hues" -ge 3

draw
up=$(y main)
draw --inverted
ok "inverted: the root is at the top" test "$(y all)" -lt "$(y main)"
draw
ok "else at the bottom" test "$(y all)" -gt "$up"

draw --reverse
like "$(cat out.svg)" '<title>malloc \(70 samples, 70\.00%\)' "reverse: leaves are merged"
like "$(cat out.svg)" '<title>Foo::bar\(int\) \(40 samples' "with their callers above them"
like "$(head -n 2 whole.svg)" 'data-reverse="1"' "the viewer is told"
sed -n '/<metadata/,/<\/metadata>/p' whole.svg >reverse.txt
sed -n '/<metadata/,/<\/metadata>/p' kind.svg >calls.txt
same_file reverse.txt calls.txt "the profile in the file is the same"

draw --width=600 --fontsize=20
like "$(head -n 2 out.svg)" 'width="600"' "the width of the plain picture"
like "$(cat out.svg)" '<title>all|x="0\.00" y="[0-9.]+" width="579\.50" height="25"' \
	"and the height of rows follow the options"
like "$(cat whole.svg)" 'font-size:20px' "as does the size of the text"
draw --minwidth=300
like "$(cat out.svg)" 'class="thin"><title>2 narrow frames \(10 samples' \
	"narrower frames than asked for are hatched"
draw --minwidth=0
unlike "$(cat out.svg)" 'class="thin"' "none is at a least width of 0"

draw --title='T <1>' --subtitle='sub & more' --notes='a </desc><script>' --countname='<bytes>'
like "$(cat out.svg)" '<title id="title">T &lt;1&gt;</title>' "a title"
like "$(cat out.svg)" 'class="facts".*>sub &amp; more · 100 &lt;bytes&gt;<' "a subtitle, a unit"
like "$(cat out.svg)" 'a &lt;/desc&gt;&lt;script&gt;</desc>' "notes"
like "$(cat out.svg)" '<title>run \(60 &lt;bytes&gt;, 60\.00%\)' "the unit is in every box"
if command -v xmllint >/dev/null 2>&1; then
	ok "it is well-formed" xmllint --noout whole.svg
else
	skip "xmllint is not installed"
fi

# A difference: widths are the mean of both shares, colours tell what has changed.
printf '%s\n' 'main;parse;malloc 100' 'main;parse;old_way 300' 'main;run;read_[k] 600' >before.folded
printf '%s\n' 'main;parse;malloc 200' 'main;parse;new_way 600' 'main;run;read_[k] 1200' >after.folded
# compare [OPTION...]: its picture, as draw() has it.
compare()
{
	"$render" --file --before=file:4 "$@" --output=svg:3 <after.folded 3>whole.svg 4<before.folded &&
		sed -e '/<style>/,/<\/style>/d' -e '/<metadata/,$d' whole.svg >out.svg
}
compare
like "$(class new_way)/$(class old_way)/$(class malloc)" '^w7/c7/l1$' \
	"difference: what is more is warm, what is less cold, the rest grey"
like "$(cat out.svg)" '<title>new_way \(600 samples, 30\.00%, before 0 \(0\.00%\), \+30\.00%\)' \
	"difference: what is new says so"
like "$(cat out.svg)" '<title>old_way \(0 samples, 0\.00%, before 300 \(30\.00%\), −30\.00% vanished\)' \
	"difference: what vanished is there, and says so"
like "$(cat out.svg)" '<title>malloc \(200 samples, 10\.00%, before 100 .*±0\.00% within noise' \
	"difference: what chance explains is called so"
is "$(sed -n 's/.* x="\([0-9.]*\)".* width="\([0-9.]*\)".*<title>\(malloc\|old_way\|new_way\) .*/\3 \1 \2/p' out.svg)" \
	"malloc 0.00 117.50
new_way 118.00 176.50
old_way 295.00 176.50" "difference: a frame is as wide as the mean of its shares"
like "$(cat out.svg)" 'class="facts".*>2,000 samples · before 1,000<' "difference: both sums are told"
like "$(cat out.svg)" '>less than before<' "difference: the picture says what the colours mean"
compare --colors=kind
like "$(class new_way)/$(class read)" '^o[0-5]/r[0-7]$' "difference: other palettes can be had"
compare --reverse
like "$(class new_way)/$(class main | cut -c 1-8)" '^w7/l1 w7 c7$' "difference: in reverse, too"
draw --colors=change
same_file whole.svg kind.svg "without a difference --colors=change is kind"
: >nothing.pprof
"$render" --before=messages:4 --output=svg:3 <nothing.pprof 3>out.svg 4<in.pprof
like "$(cat out.svg)" '<title>run \(0 samples, 0\.00%, before 60 ' "difference: all has vanished"

# By the command line of profile-bee, which lets render judge them.
fails_with()
{
	status=$1
	pattern=$2
	what=$3
	shift 3
	"$@" >messages 2>&1
	is "$?" "$status" "$what: exit status"
	like "$(cat messages)" "$pattern" "$what: says why"
}
fails_with 2 "colors 'pink': not a palette; known are kind, name" "an unknown palette" \
	"$PB" --colors=pink --svg x.svg -- true
fails_with 2 "width '0': not a number of pixels from 100" "a width of nothing" \
	"$PB" --width=0 --svg x.svg -- true
fails_with 2 "fontsize 'big': not a number" "a size that is no number" \
	"$PB" --fontsize=big --svg x.svg -- true
fails_with 2 "minwidth '1%': not a number of pixels.*" "a least width in percent" \
	"$PB" --minwidth=1% --svg x.svg -- true
fails_with 2 "--colors: no flame graph is written here" "a palette without a picture" \
	"$PB" --colors=io --collapse x.txt -- true
ok "nothing was written" test ! -e x.svg
done_testing
