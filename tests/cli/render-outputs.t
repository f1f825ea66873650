#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: descriptors, damaged input, status lines, the table, usage.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

printf '!comment frequency 99\n!comment lost_ring 0\nmain;foo 10\nmain;foo;bar 3\n' |
	collapsed-to-pprof >in.pprof

# ---- descriptors ----

yes old | head -n 1000 >out.txt
"$render" --output=collapsed:3 <in.pprof 3<>out.txt
is "$(cat out.txt)" "main;foo 10
main;foo;bar 3" "a longer old file is cut"
echo before >out.txt
"$render" --output=collapsed:3 <in.pprof 3>>out.txt
is "$(head -n 1 out.txt)" "before" "a descriptor for appending keeps what is there"
is "$("$render" --output=collapsed:1 --output=collapsed:1 <in.pprof | sort | uniq -c | wc -l)" 2 \
	"descriptor 1 works, twice too"
status_is 1 "a full device fails" sh -c '"$0" --output=collapsed:3 --output=table:4 <in.pprof \
	3>/dev/full 4>table.txt' "$render"
like "$(cat err)" '^profile-bee: cannot write /dev/full \(collapsed\): No space left on device$' \
	"its name is told"
like "$(cat table.txt)" 'foo' "and the other output is there"
status_is 1 "a closed descriptor fails" sh -c '"$0" --output=svg:9 <in.pprof 9>&-' "$render"

# ---- damaged and empty input ----

head -c $(($(wc -c <in.pprof) - 3)) in.pprof >cut.pprof
cat in.pprof cut.pprof >two.pprof
status_is 0 "input that ends early is no failure" \
	sh -c '"$0" --output=collapsed:3 --output=svg:4 <two.pprof 3>out.txt 4>out.svg' "$render"
like "$(cat err)" '^profile-bee: warning: the profile is incomplete: ' "but it is told"
is "$(head -n 2 out.txt)" "# incomplete (the stream ends in the middle of a message)
main;foo 10" "what came is written, under a line that says it is not all"
like "$(cat out.svg)" 'class="warning".*>Incomplete: ' "and marked in the picture"
cp in.pprof no-end.pprof
status_is 0 "a stream of symbolize without its end" \
	sh -c '"$0" --symbolized --output=collapsed:3 <no-end.pprof 3>out.txt' "$render"
is "$(head -n 1 out.txt)" "# incomplete (the process that names functions ended early)" "is marked"
echo old >out.txt
status_is 1 "without anything" sh -c '"$0" --symbolized --output=collapsed:3 </dev/null 3>>out.txt' "$render"
is "$(cat out.txt) $(cat err)" "old " "it writes nothing, and others explain it"
printf '\005\377\377\377\377\377' | cat - in.pprof >bad.pprof
status_is 0 "a damaged message is left out" \
	sh -c '"$0" --output=collapsed:3 <bad.pprof 3>out.txt' "$render"
is "$(sed -n 2p out.txt)" "main;foo 10" "and those after it are read"
head -c 100000 /dev/urandom >noise
status_is 0 "noise is harmless" \
	sh -c '"$0" --output=svg:3 --output=table:4 <noise 3>out.svg 4>out.txt' "$render"
status_is 0 "no input at all is an empty profile" \
	sh -c '"$0" --output=svg:3 --output=table:4 --output=collapsed:5 </dev/null \
	3>out.svg 4>out.tab 5>out.txt' "$render"
like "$(cat out.svg)" 'No samples were taken' "the picture says so"
is "$(cat out.tab)" "No samples." "and the table"
printf 'main;foo 10\n' | collapsed-to-pprof | "$render" --ignore=foo --output=svg:3 3>out.svg
like "$(cat out.svg)" 'No samples are left by the filters' "filters that leave nothing are told"
is "$(cat out.txt)" "" "and the collapsed stacks are empty"

# ---- status ----

"$render" --status-fd=3 <in.pprof 3>status.txt
is "$(cat status.txt)" "frequency 99
lost_ring 0
samples 13
stacks 2
done 1" "status lines"

# ---- table ----

printf 'c;fib;fib;fib 10\nc;fib 5\nc;[cut: depth] 2\nc;read;vfs_read_[k] 83\n' >table.in
collapsed-to-pprof <table.in >table.pprof
COLUMNS=100 "$render" --output=table:3 --top=2 <table.pprof 3>table.txt
is "$(cat table.txt)" "    SELF   SAMPLES    TOTAL  FUNCTION
  83.00%        83   83.00%  vfs_read                                       [kernel]
  15.00%        15   15.00%  fib                                            example
   0.00%         0           in 1 more functions
   2.00%         2           in no function (nothing or cut)
 100.00%       100           samples in all" \
	"recursion counts once, the kernel is marked, nothing hides"
{ echo '!hits'; cat table.in; } | collapsed-to-pprof >hits.pprof
COLUMNS=100 "$render" --output=table:3 --top=1 <hits.pprof 3>table.txt
is "$(cat table.txt)" "    SELF      HITS    TOTAL  FUNCTION
  83.00%        83   83.00%  vfs_read                                       [kernel]
  15.00%        15           in 2 more functions
   2.00%         2           in no function (nothing or cut)
 100.00%       100           hits in all" "of probes the table has hits"
"$render" --status-fd=3 <hits.pprof 3>status.txt
is "$(head -n 1 status.txt)" "unit hits" "the status lines tell it"
printf '!hits\n' | collapsed-to-pprof >none.pprof
"$render" --output=table:3 --output=svg:4 <none.pprof 3>table.txt 4>none.svg
is "$(cat table.txt)" "No hits." "or none"
like "$(cat none.svg)" 'No probe was hit' "and so has the picture"
like "$(cat none.svg)" '<title id="title">Flame graph of probes<' "whose title says what it is of"
cat hits.pprof in.pprof >both.pprof
"$render" --output=table:3 <both.pprof 3>table.txt
like "$(cat table.txt)" '113 +samples in all$' "hits and other samples together are samples"
COLUMNS=60 "$render" --output=table:3 <table.pprof 3>table.txt
like "$(cat table.txt)" '  \[k\] vfs_read$' "a narrow table marks the kernel too"
printf 'c;%s\\xc3\\xa9\\xc3\\xa9 1\n' "$(printf '%040d' 0)" | collapsed-to-pprof >long.pprof
COLUMNS=60 "$render" --output=table:3 <long.pprof 3>table.txt
ok "long names are cut between characters" iconv -f UTF-8 -t UTF-8 table.txt

# ---- usage ----

status_is 2 "an unknown format is a usage error" "$render" --output=gif:3
status_is 2 "so is a missing descriptor" "$render" --output=svg
status_is 2 "and a bad number" "$render" --top=x
{ sleep 0.5; "$HELPERS/render" --output=collapsed:4 4>&5 <in.pprof 2>err; echo $? >status; } 5>&1 | true
is "$(cat status) $(cat err)" "0 " "a reader that goes away is no failure"
# ---- facts of more probes than there is room for ----

{
	for probe in $(seq 0 2999); do echo "!comment hits.$probe 7"; done
	printf '!comment samples_read 10\nmain;foo 10\n'
} | collapsed-to-pprof >many.pprof
status_is 0 "3,000 probes" sh -c '"$0" --symbolized --output=collapsed:3 <many.pprof 3>out.txt' "$render"
is "$(cat out.txt)" "main;foo 10" "do not hide what is said after them"

done_testing
