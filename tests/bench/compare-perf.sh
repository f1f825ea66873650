#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Cost of profiling beside perf; see compare-perf.py.
set -e
for tool in perf gcc g++ python3 bpftool; do
	command -v $tool >/dev/null || { echo "compare-perf: skipped: $tool is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "compare-perf: skipped: needs root"; exit 0; }
PB=$top_builddir/profile-bee-build WRAP=$top_srcdir/tests/bench/wrap.py \
	python3 "$top_srcdir/tests/bench/compare-perf.py"
