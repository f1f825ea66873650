#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shares do not depend on what makes the CPUs tick: of the ten hottest functions of a program that
# computes each has the same share for root with perf events and for an ordinary user without them,
# within 3 points, also while another program on the same CPU sleeps for 200 us at a time.
#
# Both sample the same process at the same time.  Samples are few enough for chance to matter now and
# then, so the best of three tries counts.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/user.sh"
need_bpf
need_cmd python3 taskset
need_user

SHARES=$top_builddir/tests/workloads/shares
as_user test -x "$SHARES" || skip_all "the build tree is not open to other users"

cat >leaves.py <<'END'
"""leaves.py FOLDED FOLDED: the largest difference among the ten hottest leaves of the first."""
import collections
import sys


def shares(path):
    counts = collections.Counter()
    for line in open(path, errors="replace"):
        stack, count = line.rstrip("\n").rsplit(" ", 1)
        counts[stack.split(";")[-1]] += int(count)
    total = sum(counts.values())
    return {name: 100 * n / total for name, n in counts.items()}, total


a, n = shares(sys.argv[1])
b, m = shares(sys.argv[2])
worst = 0.0
for name in sorted(a, key=a.get, reverse=True)[:10]:
    difference = abs(a[name] - b.get(name, 0))
    worst = max(worst, difference)
    print(f"# {name}: root {a[name]:.1f} %, user {b.get(name, 0):.1f} %")
print(f"{worst:.2f} {n} {m}")
END

# agree SAMPLER FREQUENCY NAME
agree()
{
	best=100
	for try in 1 2 3; do
		as_user taskset -c 0 "$SHARES" work 14 &
		work=$!
		"$PB" -q --sampler=perf -f 249 -t 12s -c root --pid $work 2>err &
		root=$!
		as_user ./front -q --sampler="$1" -f "$2" -t 12s -c user --pid $work 2>>err
		wait $root
		kill $work 2>/dev/null
		wait $work 2>/dev/null
		python3 leaves.py root user >result
		read -r worst theirs ours <<-END
			$(tail -n 1 result)
		END
		diag "$1, $3, try $try: largest difference $worst, samples $theirs and $ours"
		grep '^#' result
		[ "${theirs:-0}" -ge 1000 ] && [ "${ours:-0}" -ge 1000 ] || continue
		best=$(printf '%s\n' "$worst" "$best" | sort -g | head -n 1)
		[ "$(printf '%s\n' "$best" 3 | sort -g | head -n 1)" = 3 ] || break
	done
	awk -v best="$best" 'BEGIN { exit !(best <= 3) }'
	tap_result $? "$1, $3: the ten hottest functions differ by at most 3 points: $best"
	is "$(grep -c ';part_[0-9]* ' user)" 10 "$1, $3: all ten are named"
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
