#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The walk beside perf's unwinding of the same registers and stacks: the same frames, to the root.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd perf
need_cmd g++
need_cmd python3

for work in python3 C++; do
	top_builddir=$top_builddir SECONDS=5 SHOW=3 timeout 120 \
		python3 "$top_srcdir/tests/bench/unwind-agree.py" "$work" >out.txt 2>&1
	is $? 0 "$work is compared"
	diag "$(cut -c1-200 out.txt)"
	samples=$(awk -v w="$work" '$1 == w { print $3 }' out.txt)
	ok "$work: at least 300 of perf's stacks are complete" test "${samples:-0}" -ge 300
	ok "$work: ours are the same" awk -v w="$work" '$1 == w { exit !($4 >= 99) }' out.txt
done
done_testing
