#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whole files as input: recognised by their content, read exactly, refused with the reason.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

# again FILE [OPTION...]: FILE's stacks as render reads and writes them.
again()
{
	file=$1
	shift
	"$render" --file "$@" --output=collapsed:3 <"$file" 3>again.txt && cat again.txt
}

# refused FILE REGEX DESCRIPTION: it is not read, and the reason is told in one line.
refused()
{
	status_is 1 "$3: fails" "$render" --file --output=collapsed:1 <"$1"
	like "$(cat err)" "^profile-bee: cannot read /.*$2" "$3: says why"
	is "$(wc -l <err) $(wc -c <out)" "1 0" "$3: in one line, and writes nothing"
}

# ---- collapsed stacks ----

cat >small.folded <<'END'
main;foo 10
main;foo;bar 3
main;foo.cold 5
sh;f_[j];g_[i];sys_read_[k] 7
sh;operator new(unsigned long);[cut: no unwind info in libfoo.so] 2
END
is "$(again small.folded)" "$(cat small.folded)" "collapsed stacks come back as they were"

printf '# a comment\n\n  \r\nc;a 1\r\n#b;a\t 2  \n\n# incomplete (x died)\nc;a 4\nc;z 0\n12 30\na;b 5' >odd
is "$(again odd)" "# incomplete (x died)
_#b;a 2
12 30
a;b 5
c;a 5" "comments, blank lines, CR, several blanks, counts of 0, no newline at the end"
is "$(printf '\357\273\277a;b 1\n' >mark; again mark)" "a;b 1" "a mark of UTF-8 is no frame"
is "$(printf 'foo 10;bar 3\nfoo cold;bar 4\nfoo 1;bar 5\n' >digits; again digits)" "foo_1;bar 5
foo_10;bar 3
foo cold;bar 4" "blanks and digits inside of a stack are no counts"
is "$(printf 'a;;b 1\n;c 2\nd; 3\n 4\n' >empty-names; again empty-names)" "[unknown] 4
[unknown];c 2
a;[unknown];b 1
d;[unknown] 3" "empty names, and a stack without frames, are kept"

awk 'BEGIN { srand(7); for (i = 0; i < 20000; i++) { s = "t"; n = int(rand() * 30);
	for (j = 0; j < n; j++) s = s ";f" int(rand() * rand() * 50)
	print s, 1 + int(rand() * 9) } }' >random
awk '{ n[$1] += $2 } END { for (s in n) print s, n[s] }' random | sort >wanted.random
again random >unsorted
sort unsorted >got
same_file got wanted.random "twenty thousand random stacks: none is lost, none is wrong"
awk 'BEGIN { for (n = 1; n < 3; n++) { printf "f"; for (i = 0; i < 600000; i++) printf ";name" i % 7
	print n == 1 ? " 1" : ";g 2" } }' >long
again long >got
same_file got long "lines of some megabytes"

printf 'main;foo\n' >no-count
refused no-count 'line 1 is no collapsed stack' "a line without a count"
printf 'a;b 1\nc;d 2.5\n' >fraction
refused fraction 'line 2 is no collapsed stack' "a count that is not whole"
printf 'a;b 18446744073709551615\nc;d 1\n' >sum
refused sum 'line 2 is too long, or its count too large' "more samples than 64 bits count"
printf 'a 99999999999999999999999\n' >count
refused count 'line 1 is too long, or its count' "a count of more than 64 bits"
printf 'a;b 1 2\nc;d 3 4\n' >difference
refused difference 'it is the difference of two profiles' "a difference"

# ---- pprof ----

collapsed-to-pprof <small.folded >messages
"$render" --output=collapsed:3 <messages 3>small.wanted
# The one message without its length, which takes two bytes.
tail -c +3 messages >small.pb
gzip -c small.pb >small.pb.gz
is "$(again small.pb)" "$(cat small.wanted)" "a pprof file"
is "$(again small.pb.gz)" "$(cat small.wanted)" "a pprof file as it is usual, by gzip"
gzip -c small.folded >small.folded.gz
is "$(again small.folded.gz)" "$(cat small.folded)" "collapsed stacks by gzip"
{ head -n 2 small.folded | gzip -c; tail -n 3 small.folded | gzip -c; } >members.gz
is "$(again members.gz)" "$(cat small.folded)" "gzip files one behind the other"
is "$(cat small.pb.gz | { "$render" --file --output=collapsed:3 3>again.txt; } && cat again.txt)" \
	"$(cat small.wanted)" "from a pipe"

head -c 60 small.pb.gz >cut.gz
refused cut.gz 'it is cut short' "half a gzip file"
{ head -c 60 small.pb.gz; printf 'xxxxxxxx'; tail -c +69 small.pb.gz; } >bad.gz
refused bad.gz 'it is damaged' "a damaged gzip file"
{ cat small.pb.gz; echo rest; } >rest.gz
refused rest.gz 'it is damaged' "something behind a gzip file"
head -c 100 small.pb >cut.pb
refused cut.pb 'no profile of a known format, or damaged' "half a pprof file"

# ---- our own SVG ----

# drawn FILE [OPTION...]: FILE's profile as an SVG in FILE.svg.
drawn()
{
	drawn_file=$1
	shift
	"$render" --file "$@" --output=svg:3 <"$drawn_file" 3>"$drawn_file.svg"
}

drawn small.folded --title='a <title> & more'
is "$(again small.folded.svg)" "$(cat small.folded)" "collapsed -> SVG -> collapsed"
cp small.folded.svg first.svg
drawn first.svg
same_file first.svg.svg first.svg "an SVG from an SVG is the same, title and facts included"
drawn random
again random.svg >unsorted
sort unsorted >got
same_file got wanted.random "twenty thousand random stacks through an SVG"
{ printf '!comment frequency 99\n!comment hostname a b\n'; cat small.folded; } |
	collapsed-to-pprof >facts.pprof
"$render" --output=svg:3 <facts.pprof 3>facts.svg
drawn facts.svg
same_file facts.svg.svg facts.svg "facts and the modules of frames stay"
printf '!hits\nc;f 3\n' | collapsed-to-pprof | "$render" --output=svg:3 3>hits.svg
drawn hits.svg
same_file hits.svg.svg hits.svg "hits of probes stay hits"
printf 'd;a\\x3bb 4\nd;\\x0a\\x09\\x00x 5\nd;\\xff\\xc3\\xa9\\x5cn\\x5c 6\nd;</script>]]><!-- 7\n' |
	collapsed-to-pprof >hostile.pprof
"$render" --output=svg:3 --output=collapsed:4 <hostile.pprof 3>hostile.svg 4>wanted
again hostile.svg >got
same_file got wanted "hostile names through an SVG"
gzip -c first.svg >first.svg.gz
is "$(again first.svg.gz)" "$(cat small.folded)" "an SVG by gzip"
printf '<module>;a 3\n' >less
is "$(again less)" '<module>;a 3' "collapsed stacks that begin with < are no SVG"

# ---- collapsed stacks through every output that is an input ----

# Names as collapsed stacks have them: what a writer of any format may stumble over.
printf '%s\n' 'd;a:b 4' 'd;</script>]]><!--<script> 7' 'd;&amp;"quoted"\n\t\\ 8' \
	"d;$(printf '\342\200\256\303\251\357\277\275') 9" 'sh;operator new(unsigned long)_[i];f_[k] 2' \
	"d;$(head -c 100000 /dev/zero | tr '\0' x);y_[j] 3" '[unknown];[cut: depth] 5' >hostile.folded
sort hostile.folded >wanted.hostile
for format in svg html pprof; do
	for profile in random hostile; do
		from=random
		[ $profile = hostile ] && from=hostile.folded
		"$render" --file --output=$format:3 <$from 3>through
		again through >unsorted
		sort unsorted >got
		same_file got wanted.$profile "$profile stacks -> $format -> collapsed"
	done
done
"$render" --file --output=html:3 <random 3>1
"$render" --file --output=pprof:3 <1 3>2
"$render" --file --output=svg:3 <2 3>3
"$render" --file --output=html:3 <3 3>4
again 4 >unsorted
sort unsorted >got
same_file got wanted.random "collapsed -> HTML -> pprof -> SVG -> HTML -> collapsed"
printf 'a 0\n' >none
for format in svg html pprof; do
	"$render" --file --output=$format:3 <none 3>through
	status_is 0 "no samples through $format" "$render" --file --output=collapsed:1 <through
	is "$(wc -c <out)" 0 "no samples through $format: none"
done

# island: stdin as the island of a page.
island()
{
	echo '<svg><metadata id="profile" data-encoding="deflate-raw, base64">'
	python3 -c 'import base64, sys, zlib
z = zlib.compressobj(9, zlib.DEFLATED, -15)
print(base64.b64encode(z.compress(sys.stdin.buffer.read()) + z.flush()).decode())'
	echo '</metadata></svg>'
}
if command -v python3 >/dev/null; then
	# One name "f" of kind 1, one node with 7 samples.
	printf '\000\002f\n\001\001\001\000\002\000\000\002\000\007' | island >made
	is "$(again made)" "f_[k] 7" "an island made by hand"
	printf '\000\002f\n\001\001\001\000\002\000\001\002\000\007' | island >bad
	refused bad 'it is damaged' "an island with a name that is not there"
	printf '\000\002f\n\001\001\001\001\002\000\000\002\000\007' | island >bad
	refused bad 'it is damaged' "an island that goes above its root"
	printf '\000\002f\n\001\001\001\000\002\000\000\002\000' | island >bad
	refused bad 'it is damaged' "an island with a section that is cut"
	printf '\000\002f\n\001\001\001\000\002\000\000\002\000\007\000\000\002\000\003' | island >bad
	"$render" --file --output=collapsed:3 <bad 3>again.txt 2>err
	is "$(cat again.txt) $(cat err)" "f_[k] 3 7 " "the SVG of a difference is one"
	# shellcheck disable=SC2086 # the limit is two words, or none
	# A sanitized build needs much more memory.
	limit="prlimit --as=400000000"
	nm "$render" | grep -Eq '__(a|ub)san_' && limit=
	head -c 100000000 /dev/zero | island >bomb
	status_is 1 "an island that inflates to a thousand times its size" $limit \
		"$render" --file --output=collapsed:1 <bomb
	like "$(cat err)" "cannot read .*: it is too large" "and it is told"
	head -c 100000000 /dev/zero | gzip -9c >bomb
	status_is 1 "so does a pprof file" $limit \
		"$render" --file --output=collapsed:1 <bomb
	like "$(cat err)" "cannot read .*: it is too large" "and it is told"
else
	skip "python3 is not installed" 17
fi
head -c 20000 first.svg | grep -v '</metadata' | sed '/deflate-raw/{n;q}' >cut
refused cut 'it is cut short' "an SVG that ends in its island"
sed '/deflate-raw/{n;s/..../!&/}' first.svg >bad
refused bad 'it is damaged' "an island with something else in it"
printf '<?xml version="1.0"?>\n<svg width="1200"><g class="func_g"><title>all</title></g></svg>\n' >foreign
refused foreign 'it is an SVG with no profile in it, as flamegraph.pl and inferno' "the SVG of another tool"
echo '<!DOCTYPE html><title>x</title>' >page
refused page 'it is a page with no profile in it' "some page"
status_is 1 "an SVG cannot be grouped" "$render" --file --group-by-cpu --output=collapsed:1 <first.svg
like "$(cat err)" "it does not tell which CPU and process" "an SVG cannot be grouped: why"

# ---- by the front end ----

status_is 0 "profile-bee reads collapsed stacks" "$PB" --input small.folded -c -
same_file out small.folded "profile-bee: the same stacks"
like "$(cat err)" '^profile-bee: 27 samples, 5 distinct stacks$' "profile-bee: the summary counts them"
status_is 0 "profile-bee reads pprof" "$PB" -q --input small.pb.gz -c stacks.txt --svg x.svg
same_file stacks.txt small.wanted "profile-bee: the same stacks from pprof"
ok "profile-bee: a flame graph from pprof" grep -q 'operator new' x.svg
status_is 0 "a pipe with a profile" sh -c 'cat small.folded.gz | "$PB" -q --input - -c -'
same_file out small.folded "a pipe with a profile: the stacks"
recording=$top_srcdir/tests/fuzz/corpus/symbolize/pipe-ours
status_is 0 "a recording" "$PB" -q --input "$recording" -c -
ok "a recording: it has stacks" test -s out
export recording
ok "a pipe with a recording, from a slow writer" sh -c '
	{ sleep 0.2; cat "$recording"; } | "$PB" -q --input - -c slow'
same_file slow out "a pipe with a recording, from a slow writer: nothing was taken away"
status_is 1 "profile-bee: not a profile" "$PB" --input no-count --svg y.svg -c z.txt
is "$(sed 's|/.*/||' err)" "profile-bee: cannot read no-count: line 1 is no collapsed stack (it does \
not end in a blank and a whole number), and nothing else is known" "not a profile: one line says why"
ok "not a profile: no output is left" test ! -e y.svg -a ! -e z.txt
status_is 1 "collapsed stacks cannot be grouped" "$PB" --input small.folded --group-by-cpu -c -
like "$(cat err)" "it does not tell which CPU and process" "collapsed stacks cannot be grouped: why"

# ---- what is none ----

: >nothing
refused nothing 'it is empty' "an empty file"
printf 'PERFILE2........' >recording
refused recording 'it is a recording .perf.data.; symbolize reads it' "perf.data"
echo '{"shared":{}}' >x.json
refused x.json 'it is JSON' "JSON"
head -c 5000 "$render" >elf
refused elf 'no profile of a known format' "a program"
done_testing
