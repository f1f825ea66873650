#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The first milliseconds of a program, before there are unwind tables: its stacks are unwound from
# copies, live and from a recording, and each sample counts under one reason.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf

OMIT=$top_builddir/tests/workloads/omit

# verdicts: the sum of all of them in x.json
verdicts()
{
	sed -n 's/^  "verdict\.[a-z_]*": \([0-9]*\),*$/\1/p' x.json | awk '{ n += $1 } END { print n + 0 }'
}

# The program is another file in each run, so that nobody has its table.
i=0
while [ $i -lt 20 ]; do
	cp "$OMIT" "cold-$i"
	printf 'number %d\n' $i >>"cold-$i"
	i=$((i + 1))
done

status_is 0 "twenty new programs: sampled" timeout 100 "$PB" -q -f 4999 -c x.folded \
	--summary-json x.json -- sh -c 'for p in ./cold-*; do $p 5; done'
accounts "twenty new programs"
complete "twenty new programs" 950
at_least "$(json x.json unwind.copies_complete)" 5 "twenty new programs: stacks unwound from copies"
is "$(verdicts)" "$(json x.json samples)" "twenty new programs: every sample has one verdict"
at_least "$(permille x.folded '^cold-[0-9]*;_start;')" 300 "twenty new programs: from their start"
at_least "$(permille x.folded '^cold-[0-9]*;_start;.*;main;outer;middle;.*;inner(;|$)')" 200 \
	"twenty new programs: without frame pointers"

status_is 0 "a recording of them" timeout 100 "$PB" -q -f 4999 -o run.perf.data \
	-- sh -c 'for p in ./cold-*; do $p 5; done'
status_is 0 "it is read" "$PB" -q --input run.perf.data -c x.folded --summary-json x.json
complete "a recording" 950
at_least "$(json x.json unwind.copies_complete)" 5 "a recording: stacks unwound from copies"
is "$(verdicts)" "$(json x.json samples)" "a recording: every sample has one verdict"
is "$(total x.folded)" "$(json x.json samples)" "a recording: all samples are in the output"
if command -v perf >/dev/null; then
	status_is 0 "perf script reads it" perf script -i run.perf.data -F time,ip,sym
	is "$(cat err)" "" "and has nothing to complain about"
else
	skip "perf is missing" 2
fi
done_testing
