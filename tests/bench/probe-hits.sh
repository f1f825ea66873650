#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a hit of a uprobe costs, beside bpftrace's count of user stacks, and what it takes to attach to
# 1,000 functions.  Medians over alternating rounds (ROUNDS, 5); see probe-hits.py.
[ "$(id -u)" = 0 ] || { echo "probe-hits: skipped: needs root"; exit 0; }
for tool in bpftrace gcc python3; do
	command -v $tool >/dev/null || { echo "probe-hits: skipped: $tool is not installed"; exit 0; }
done
export top_builddir="${top_builddir:-$(pwd)}"
exec python3 "${0%.sh}.py"
