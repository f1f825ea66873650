# SPDX-License-Identifier: GPL-2.0-or-later
"""Collapsed stacks for benchmarks, the same for the same seed: render-stacks.py NAMES STACKS SEED.

NAMES is a file with a function name on each line.  Stacks are walks through a random call graph in
which every function calls a few others, some far more often than others.
"""

import random
import sys


def main():
    """Write STACKS lines."""
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        names = sorted({line.strip().replace(";", ":")[:160] for line in file if line.strip()})
    stacks, rng = int(sys.argv[2]), random.Random(int(sys.argv[3]))
    rng.shuffle(names)
    names = names[:20000]
    calls = {}
    out = []

    def callee(caller):
        if caller not in calls:
            calls[caller] = [rng.randrange(len(names)) for _ in range(rng.randint(1, 6))]
        targets = calls[caller]
        return targets[min(int(rng.expovariate(0.9)), len(targets) - 1)]

    for _ in range(stacks):
        depth = max(3, min(58, int(rng.gauss(28, 8))))
        at, stack = rng.randrange(4), []
        for _ in range(depth):
            stack.append(names[at])
            at = callee(at)
        out.append("worker;%s %d" % (";".join(stack), 1 + int(rng.expovariate(0.3))))
    sys.stdout.write("\n".join(out) + "\n")


main()
