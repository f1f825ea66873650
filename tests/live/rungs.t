#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shares do not depend on what makes the CPUs tick: of the ten hottest functions of a program that
# computes each has the same share for root with perf events and for an ordinary user without them,
# within 3 points, also while another program on the same CPU sleeps for 200 us at a time.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/hottest.sh"
. "$top_srcdir/tests/lib/user.sh"
need_bpf
need_cmd python3 taskset
need_user

SHARES=$top_builddir/tests/workloads/shares
as_user test -x "$SHARES" || skip_all "the build tree is not open to other users"

# sample SAMPLER FREQUENCY: by root with perf events, and by the user.
sample()
{
	as_user taskset -c 0 "$SHARES" work 14 &
	work=$!
	"$PB" -q --sampler=perf -f 249 -t 12s -c theirs --pid $work 2>err &
	root=$!
	as_user ./front -q --sampler="$1" -f "$2" -t 12s -c ours --pid $work 2>>err
	wait $root
	kill $work 2>/dev/null
	wait $work 2>/dev/null
}

# agree SAMPLER FREQUENCY NAME
agree()
{
	hottest_agree 3 1000 "$1, $3" sample "$1" "$2"
	is "$(grep -c ';part_[0-9]* ' ours)" 10 "$1, $3: all ten are named"
}

agree timer 249 "alone"
agree tick 249 "alone"

taskset -c 0 "$SHARES" sleep 3600 &
sleeper=$!
agree timer 249 "beside a sleeper"
agree tick 249 "beside a sleeper"
kill $sleeper
wait $sleeper 2>/dev/null
done_testing
