#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whole files as input: recognised by their content, read exactly, refused with the reason.
. "${0%/*}/../lib/tap.sh"
PATH=$top_builddir/tests/lib:$PATH
render=$HELPERS/render
[ -x "$render" ] || skip_all "render is not built"

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
awk '{ n[$1] += $2 } END { for (s in n) print s, n[s] }' random | sort >wanted
again random >unsorted
sort unsorted >got
same_file got wanted "twenty thousand random stacks: none is lost, none is wrong"
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
refused difference 'every line has two counts' "a difference"

# ---- pprof ----

collapsed-to-pprof <small.folded >messages
"$render" --output=collapsed:3 <messages 3>wanted
# The one message without its length, which takes two bytes.
tail -c +3 messages >small.pb
gzip -c small.pb >small.pb.gz
is "$(again small.pb)" "$(cat wanted)" "a pprof file"
is "$(again small.pb.gz)" "$(cat wanted)" "a pprof file as it is usual, by gzip"
gzip -c small.folded >small.folded.gz
is "$(again small.folded.gz)" "$(cat small.folded)" "collapsed stacks by gzip"
{ head -n 2 small.folded | gzip -c; tail -n 3 small.folded | gzip -c; } >members.gz
is "$(again members.gz)" "$(cat small.folded)" "gzip files one behind the other"
is "$(cat small.pb.gz | { "$render" --file --output=collapsed:3 3>again.txt; } && cat again.txt)" \
	"$(cat wanted)" "from a pipe"

head -c 60 small.pb.gz >cut.gz
refused cut.gz 'it is cut short' "half a gzip file"
{ head -c 60 small.pb.gz; printf 'xxxxxxxx'; tail -c +69 small.pb.gz; } >bad.gz
refused bad.gz 'it is damaged' "a damaged gzip file"
{ cat small.pb.gz; echo rest; } >rest.gz
refused rest.gz 'it is damaged' "something behind a gzip file"
head -c 100 small.pb >cut.pb
refused cut.pb 'no profile of a known format, or damaged' "half a pprof file"

# ---- by the front end ----

status_is 0 "profile-bee reads collapsed stacks" "$PB" --input small.folded -c -
same_file out small.folded "profile-bee: the same stacks"
like "$(cat err)" '^profile-bee: 27 samples, 5 distinct stacks$' "profile-bee: the summary counts them"
status_is 0 "profile-bee reads pprof" "$PB" -q --input small.pb.gz -c stacks.txt --svg x.svg
same_file stacks.txt wanted "profile-bee: the same stacks from pprof"
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
like "$(cat err)" "collapsed stacks do not tell which CPU" "collapsed stacks cannot be grouped: why"

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
