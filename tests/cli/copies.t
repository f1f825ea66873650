#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Samples with registers and a copied stack: perf reads ours, we unwind ours and perf's.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"

[ -x "$HELPERS/symbolize" ] || skip_all "symbolize was not built"
WRITE=$top_builddir/tests/lib/write-copies
OMIT=$top_builddir/tests/workloads/omit

# render_of FILE: collapsed stacks of a recording, into "stacks"; the messages remain in "pb"
render_of()
{
	timeout 120 "$HELPERS/symbolize" --no-inlines <"$1" >pb 2>err &&
		"$HELPERS/render" --output=collapsed:1 <pb >stacks 2>/dev/null
}

# ---- written by the codec ----

deepers=$(printf ';deeper%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
"$WRITE" 20 40000 3 >copies.data
ok "a recording with copies is read" render_of copies.data
is "$(total stacks)" 3 "with all samples"
is "$(sed 's/.*;main;/main;/' stacks)" "main;first;second$deepers;leaf 3" \
	"the stack is unwound through frames without frame pointers"
unlike "$(cat stacks)" '\[cut' "up to its root"
ok "and counted" grep -q 'copies_complete 3' pb

"$WRITE" 20 1400 3 >short.data
ok "a recording with short copies is read" render_of short.data
like "$(cat stacks)" '^write-copies;\[cut: copied stack ends\];deeper.*;leaf 3$' \
	"what the copy has is shown, and that it ended"
ok "and counted" grep -q 'verdict.copy_ends 3' pb

status_is 0 "the front end reads it" "$PB" --input short.data -c folded --summary-json x.json
like "$(cat err)" 'user stacks: 0.0 % of 3 complete; cut: 3 copied stack ends' \
	"the summary tells how many stacks are complete, and why the others are not"
like "$(cat err)" 'against "copied stack ends": copy more' "and what helps"
is "$(json x.json verdict.copy_ends)" 3 "so does its JSON"
like "$(cat x.json)" '"user_stacks": 3,' "with all user stacks"
like "$(cat x.json)" '"copies_cut": 3' "and what became of the copies"

if command -v perf >/dev/null; then
	status_is 0 "perf script reads it" perf script -i copies.data -F time,ip,sym
	is "$(cat err)" "" "and has nothing to complain about"
	is "$(grep -c '	.* deeper$' out)" 60 "it unwinds the copies, too"
	is "$(grep -c '	.* main$' out)" 3 "up to main"
	status_is 0 "perf script reads short copies" perf script -i short.data -F ip,sym
	is "$(cat err)" "" "and has nothing to complain about"
else
	skip "perf is missing" 6
fi

# ---- recorded by perf ----

command -v perf >/dev/null || { diag "no perf: the rest is skipped"; done_testing; exit 0; }
# own_names: only names of the program remain, whatever aliases libc's functions have.
own_names()
{
	awk -F';' '{ n = $NF; sub(/.* /, "", n); sub(/ [0-9]+$/, ""); line = ""; on = 0
		for (i = 1; i <= NF; i++) {
			on += $i == "main"
			if (on && $i !~ /\[/)
				line = line ($i ~ /^(main|outer|middle|inner|compare)$/ ? $i : "?") ";"
		}
		if (on) c[line] += n } END { for (l in c) print l, c[l] }' | sort
}

# perf_stacks FILE: collapsed user stacks as perf unwinds them
perf_stacks()
{
	perf script -i "$1" --no-inline --max-stack 1024 -F comm,ip,sym 2>/dev/null | awk '
		/^[^\t ]/ { stack = ""; next }
		NF == 0 { if (stack != "") print "omit" stack, 1; stack = ""; next }
		$1 !~ /^ffffffff[8-9a-f]/ { stack = ";" $2 stack }
		END { if (stack != "") print "omit" stack, 1 }'
}

# missing: stacks of "theirs" that "ours" has less often
missing()
{
	awk 'NR == FNR { n[$1] = $2; next } $2 > n[$1] { print $1, n[$1] + 0, "not", $2 }' ours theirs
}

for size in 8192 65528; do
	if ! perf record -q -B -N --call-graph dwarf,$size -F 999 -e cpu-clock -o dwarf.data \
		"$OMIT" 400 2>/dev/null; then
		skip "perf cannot record here" 5
		continue
	fi
	ok "--call-graph dwarf,$size: a recording is read" render_of dwarf.data
	own_names <stacks >ours
	perf_stacks dwarf.data | own_names >theirs
	is "$(missing)" "" "every stack that perf unwinds up to main is ours, too, as often"
	at_least "$(total theirs)" $(($(total ours) / 2)) "that is most of them"
	at_least "$(permille stacks '^omit;_start;(.*;)?main;outer;')" 900 \
		"they are whole"
	like "$(grep -ao 'copies_[a-z]* [0-9]*' pb)" 'copies_complete [0-9][0-9]' "and counted so"
done

# Without unwind information, and without frame pointers.
# shellcheck disable=SC2086 # may have options
if ${CC:-gcc} -O2 -fomit-frame-pointer -fno-asynchronous-unwind-tables -o bare \
	"$top_srcdir/tests/workloads/omit.c" 2>/dev/null &&
	perf record -q -B -N --call-graph dwarf -F 999 -e cpu-clock -o bare.data ./bare 400 2>/dev/null
then
	status_is 0 "a program without unwind information: a recording is read" \
		"$PB" --input bare.data -c folded --summary-json x.json
	at_least "$(permille folded '^bare;\[cut: no unwind info in bare\];')" 700 \
		"bare: its stacks are cut"
	like "$(cat err)" 'cut: .*no unwind information \(bare' "bare: the summary names the file"
	like "$(cat x.json)" '"reason": "no_info", "samples": [0-9]*, "file": "bare"' \
		"bare: so does its JSON"
	like "$(cat err)" 'against "no unwind information": compile' "bare: and what helps"
	same=$(($(json x.json verdict.root) + $(json x.json verdict.no_info)))
	at_least $((same * 100 / $(json x.json samples))) 95 "bare: each sample has one reason"
else
	skip "no compiler, or perf cannot record here" 7
fi

perf record -q -B -N --call-graph dwarf -F 999 -e cpu-clock -o - "$OMIT" 400 2>/dev/null >pipe.data
ok "perf's pipe mode is read" render_of pipe.data
at_least "$(permille stacks '^omit;_start;(.*;)?main;outer;')" 900 "it is whole"

# What is damaged ends somewhere, and not in a crash.
size=$(wc -c <dwarf.data)
for at in 1 2 3 4 5 6 7 8 9; do
	head -c $((size * at / 10 + at)) dwarf.data >cut.data
	timeout 60 "$HELPERS/symbolize" <cut.data >/dev/null 2>err || break
done
is "$at" 9 "recordings cut anywhere are read as far as they go"
done_testing
