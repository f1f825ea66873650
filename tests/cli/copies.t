#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Samples with registers and a copied stack: what the codec writes is what perf reads.
. "${0%/*}/../lib/tap.sh"
need_cmd perf

WRITE=$top_builddir/tests/lib/write-copies

"$WRITE" 30 40000 3 >copies.data
status_is 0 "perf script reads a recording with copies" perf script -i copies.data -F time,ip,sym
is "$(cat err)" "" "and has nothing to complain about"
is "$(grep -c '	.* deeper$' out)" 90 "it unwinds them: all calls of the recursion"
is "$(grep -c '	.* main$' out)" 3 "and what calls it, up to main"
"$WRITE" 30 100 >short.data
status_is 0 "perf script reads a recording with short copies" perf script -i short.data -F ip,sym
is "$(cat err)" "" "and has nothing to complain about"
done_testing
