#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings: perf reads ours, we read perf's, and what is cut short is not lost.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd perf

FRAMES=$top_builddir/tests/workloads/frames

# ---- ours, read by perf and by ourselves ----

status_is 0 "a recording is made" "$PB" -q -f 999 -o run.perf.data -- "$FRAMES" 1500 1
status_is 0 "perf script reads it" perf script -i run.perf.data -G -F comm,pid,time,period,ip,sym
is "$(cat err)" "" "and has nothing to complain about"
mv out script
status_is 0 "perf report reads it" perf report -i run.perf.data --stdio -g none --no-children \
	--percentage absolute -s sym
is "$(cat err)" "" "and has nothing to complain about"
grep -v '^#' out | awk 'NF { sub(/%/, "", $1); print $NF, $1 }' >theirs
status_is 0 "we read it" "$PB" -q --input run.perf.data -c folded --summary-json x.json
is "$(total folded)" "$(grep -c . script)" "as many samples as perf script shows"
is "$(json x.json samples)" "$(total folded)" "and as the summary says"

# leaf NAME: our share of it, in percent with two decimals, as perf report prints it.
leaf()
{
	awk -v name="$1" '{ n = $NF; sub(/ [0-9]+$/, ""); sub(/_\[k\]$/, ""); t += n
		k = split($0, f, ";"); if (f[k] == name) m += n }
		END { printf "%.2f", 100 * m / t }' folded
}
for name in spin do_syscall_64 system_call calls; do
	is "$(leaf $name)" "$(awk -v name=$name '$1 == name { print $2 }' theirs)" \
		"the share of $name is the same in perf report"
done
at_least "$(permille folded '^frames;(.*;)?main;work;recurse;.*;spin(;|$)')" 300 "the stacks are whole"

# ---- a run compared with it ----

status_is 4 "a run is compared with a recording, and a condition holds" "$PB" -f 999 \
	--diff run.perf.data -o now.perf.data -c changed --fail-if 'total(/^main$/) > 10%' -- "$FRAMES" 800
like "$(cat err)" 'total\(/\^main\$/\) > 10%: it is [0-9.]+ % and was ' "it says which"
"$PB" -q --input now.perf.data -c now
is "$(awk '{ before += $(NF - 1); after += $NF } END { print before, after }' changed)" \
	"$(total folded) $(total now)" "all samples of both are there"
at_least "$(awk '/main;work;recurse;.*;spin/ && $(NF - 1) && $NF { n++ } END { print n + 0 }' changed)" 1 \
	"equal stacks of the two meet"
status_is 7 "the command's own status goes first" "$PB" -q --diff run.perf.data -c changed \
	--fail-if 'total(/./) > 10%' -- sh -c '"$0" 300; exit 7' "$FRAMES"

# ---- perf's, read by us ----

perf record -q -g -e cpu-clock -F 999 -o file.data -- "$FRAMES" 1200 2>/dev/null
perf record -q -g -e cpu-clock -F 999 -o - -- "$FRAMES" 1200 2>/dev/null >pipe.data
for kind in file pipe; do
	status_is 0 "perf's $kind mode: read" "$PB" -q --input $kind.data -c folded --svg x.svg
	is "$(total folded)" "$(perf script -i $kind.data -F time -G 2>/dev/null | grep -c .)" \
		"perf's $kind mode: as many samples as perf script shows"
	at_least "$(permille folded '^frames;(.*;)?main;work;recurse;.*;spin(;|$)')" 300 \
		"perf's $kind mode: user stacks"
	like "$(cat folded)" ';do_syscall_64_\[k\]' "perf's $kind mode: functions of the kernel"
done
"$PB" -q --input - -c folded2 <pipe.data 2>err
same_file folded2 folded "standard input is read too"

# ---- over a longer file ----
head -c 30000000 /dev/zero >longer.perf.data
status_is 0 "a recording may take the place of a longer file" \
	"$PB" -q -o longer.perf.data -- "$FRAMES" 300
"$PB" -q --input longer.perf.data -c folded 2>err
unlike "$(cat err)" "damaged|cut short" "nothing of that file is left behind it"
(echo text; "$PB" -q -o /dev/stdout -- "$FRAMES" 300) >both 2>/dev/null
is "$(head -n 1 both)" text "what was written before through the same descriptor stays"

# ---- cut short ----

head -c $(($(wc -c <run.perf.data) / 2 + 3)) run.perf.data >cut.perf.data
"$PB" -q --input cut.perf.data -c folded --summary-json x.json 2>err
like "$(cat err)" "cut short|damaged" "a recording that was cut short is reported"
at_least "$(total folded)" 100 "what it holds is shown"
isnt "$(json x.json incomplete)" null "and marked incomplete"
status_is 1 "what is no recording is refused" "$PB" -q --input "$0" -c folded
done_testing
