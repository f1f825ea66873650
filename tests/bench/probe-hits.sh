#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a hit of a uprobe costs, beside bpftrace's count of user stacks, and what it takes to attach to
# 1,000 functions.  Medians over alternating rounds (ROUNDS, 5); see probe-hits.py.
. "${0%/*}/../lib/bench.sh"
need_root
need_cmd bpftrace gcc python3
python3 "${0%.sh}.py"
