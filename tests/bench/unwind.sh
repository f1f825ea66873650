#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How complete and how right user stacks are, beside perf record --call-graph dwarf; see unwind.py and
# unwind-agree.py.  Their cost is compare-perf.sh's part.
set -e
for tool in perf python3; do
	command -v $tool >/dev/null || { echo "unwind: skipped: $tool is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "unwind: skipped: needs root"; exit 0; }
PB=$top_builddir/profile-bee-build
export PB
for part in unwind unwind-agree; do
	python3 "$top_srcdir/tests/bench/$part.py"
done
