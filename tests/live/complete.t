#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# User stacks of real programs are complete: from where they were interrupted to the start of the
# process or thread.  Shares are of stacks that the depth limit did not cut.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd python3

python3 "$top_srcdir/tests/bench/unwind_work.py" "$SCRATCH" >work || bail "no work"

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
	complete "$name" "$wanted"
done <work
done_testing
