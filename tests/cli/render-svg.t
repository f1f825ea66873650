#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: the SVG as a file: well-formed, self-contained, the same each time, right numbers.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

cat >in.txt <<'END'
!comment frequency 99
!comment lost_ring 1200
!comment lost_map 34
!comment duration_ns 2500000000
END
cp in.txt other.txt
printf 'main;foo 10000\nmain;foo.cold 5000\nmain;foo;bar 3000\n' >>in.txt
draw one.svg --title='A & B' <in.txt
picture=$(grep -v '^\.' one.svg)
is "$(printf '%s\n' "$picture" | grep -c '<title>foo (')" 1 \
	"a function with a longer-named neighbour is one box"
like "$picture" '<title>foo \(13,000 samples, 72\.22%\)</title>' "with samples and share"
like "$picture" 'class="facts".*>18,000 samples · 1,234 lost · 99 Hz · 2\.50 s<' \
	"the facts are in the picture"
like "$picture" '<title id="title">A &amp; B</title>' "the title is escaped"
draw two.svg --title='A & B' <in.txt
same_file two.svg one.svg "the same input gives the same bytes"
printf 'main;foo;bar 1000\nmain;foo.cold 5000\n!flush\n' >>other.txt
printf 'main;foo 10000\nmain;foo;bar 2000\n' >>other.txt
draw two.svg --title='A & B' <other.txt
same_file two.svg one.svg "and so does the same profile in another order"
unlike "$(sed 's,http://www.w3.org/[0-9a-z/]*,,g' one.svg)" \
	'(https?:|//[a-z]+\.|@import|url\([^#])' \
	"nothing is loaded from anywhere"
is "$(grep -c ']]>' one.svg)" 1 "the script ends where it should"

printf 'main;std::vector<int, std::allocator<int> >::push_back(int const&) 1\nmain 3\n' | draw cxx.svg
like "$(grep -v '^\.' cxx.svg)" \
	'<title>std::vector&lt;int, [^<]*</title><text [^>]*>std::vector&lt;…&gt;::push_back\(…\)</text>' \
	"a name that does not fit loses its arguments"

{ echo '!hits'; cat in.txt; } | draw hits.svg
picture=$(grep -v '^\.' hits.svg)
like "$picture" '<title>foo \(13,000 hits, 72\.22%\)</title>' "hits of probes are called so"
like "$picture" 'class="facts".*>18,000 hits · 1,234 lost · 2\.50 s<' \
	"and have no frequency"
unlike "$picture" '[0-9] samples' "they are not called samples anywhere"
printf '!probe a;<b>\n!hits\nmain;foo 1\n' | draw probe.svg
like "$(cat probe.svg)" '<title>a;&lt;b&gt; \(1 hit, 100\.00%\)</title>' \
	"the name of what was hit is a frame"
{
	cat <<'END'
a</script><b>;]]>&"'\x01\x1b\xff\xc0\x80\xed\xa0\x80\xef\xbf\xbe;\xe2\x80\xaex 5
END
	printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' '<')"
} >hostile.txt
draw hostile.svg --title="$(printf '</title>\377\033')" <hostile.txt
awk 'BEGIN { s = "deep"; for (i = 0; i < 4096; i++) s = s ";f" i % 7; print s, 1000 }' >deep.txt
draw deep.svg <deep.txt
awk 'BEGIN { for (i = 0; i < 20000; i++) print "wide;g" i ";h 1" }' >wide.txt
draw wide.svg <wide.txt
is "$(grep -c '<title>f' deep.svg)" 4096 "a deep stack is drawn whole"
like "$(cat wide.svg)" 'class="thin"><title>40,000 narrow frames \(20,000 samples, 100\.00%\)' \
	"narrow frames are one hatched box with their number"
if command -v xmllint >/dev/null 2>&1; then
	for file in one hostile deep wide; do
		ok "$file.svg is well-formed" xmllint --noout --huge "$file.svg"
	done
else
	skip "xmllint is not installed" 4
fi

if command -v python3 >/dev/null 2>&1; then
	random_stacks 2 >random.txt
	draw random.svg <random.txt
	"$render" --output=collapsed:3 <in.pprof 3>wanted.txt
	python3 -B "$top_srcdir/tests/lib/island.py" random.svg >got.txt
	same_file got.txt wanted.txt "the data island holds every stack"
else
	skip "python3 is not installed"
fi
done_testing
