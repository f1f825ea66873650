#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# User stacks of real programs are complete: from where they were interrupted to the start of the
# process or thread.  Those that the depth limit cut are left out, and runs are short: so three more may
# be cut than the share allows.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd python3

python3 "$top_srcdir/tests/bench/unwind_work.py" "$SCRATCH" >work || bail "no work"

# depth: stacks that were cut by the limit.
depth()
{
	json x.json verdict.depth | grep . || echo 0
}

tab=$(printf '\t')
while IFS="$tab" read -r name wanted command; do
	if [ "$wanted" = skip ]; then
		skip "$name: $command" 5
		continue
	fi
	rm -f x.folded x.json
	status_is 0 "$name: the run succeeds" \
		sh -c "exec '$PB' -f 997 -c x.folded --summary-json x.json -- $command </dev/null"
	accounts "$name"
	all=$(($(json x.json unwind.user_stacks) - $(depth)))
	cut=$((all - $(json x.json unwind.complete)))
	diag "$name: $(grep -o '\[cut: [^;]*' x.folded | sort | uniq -c | paste -s -d ,)"
	at_most $cut $((all * (1000 - wanted) / 1000 + 3)) "$name: of $all stacks so many are cut"
done <work
done_testing
