#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How complete and how right user stacks are, beside perf record --call-graph dwarf; see unwind.py and
# unwind-agree.py.  Their cost is compare-perf.sh's part.
set -e
. "${0%/*}/../lib/bench.sh"
need_cmd perf python3
need_root
PB=$top_builddir/profile-bee-build
export PB
for part in unwind unwind-agree; do
	python3 "$top_srcdir/tests/bench/$part.py"
done
