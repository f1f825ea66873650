#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Cost of profiling beside perf; see compare-perf.py.
set -e
. "${0%/*}/../lib/bench.sh"
need_cmd perf gcc g++ python3 bpftool
need_root
PB=$top_builddir/profile-bee-build WRAP=$top_srcdir/tests/bench/wrap.py \
	python3 "$top_srcdir/tests/bench/compare-perf.py"
