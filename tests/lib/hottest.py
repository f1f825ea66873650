# SPDX-License-Identifier: GPL-2.0-or-later
"""hottest.py THEIRS OURS: how far the shares in two files of collapsed stacks are apart.

The last line is the largest difference among the ten hottest leaves of THEIRS, in percentage
points, and how many samples each has; comments before it tell every share.
"""
import collections
import sys


def shares(path):
    counts = collections.Counter()
    for line in open(path, errors="replace"):
        stack, count = line.rstrip("\n").rsplit(" ", 1)
        counts[stack.split(";")[-1]] += int(count)
    total = sum(counts.values())
    return {name: 100 * n / total for name, n in counts.items()}, total


theirs, n_theirs = shares(sys.argv[1])
ours, n_ours = shares(sys.argv[2])
worst = 0.0
for name in sorted(theirs, key=theirs.get, reverse=True)[:10]:
    worst = max(worst, abs(theirs[name] - ours.get(name, 0)))
    print(f"# {name}: theirs {theirs[name]:.1f} %, ours {ours.get(name, 0):.1f} %")
print(f"{worst:.2f} {n_theirs} {n_ours}")
