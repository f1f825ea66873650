# SPDX-License-Identifier: GPL-2.0-or-later
"""Collapsed stacks for benchmarks, the same for the same seed: render-stacks.py NAMES STACKS SEED.

The number of nodes of their tree goes to standard error.

NAMES is a file with a function name on each line.  Stacks are walks through a random call graph in
which every function calls a few others, some far more often than others.  With --tail some stacks
are far more frequent than others, as in real profiles.
"""

import argparse
import random
import sys


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names")
    parser.add_argument("stacks", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--functions", type=int, default=20000, help="names to use")
    parser.add_argument("--trunk", type=int, default=0, help="frames that all stacks begin with")
    parser.add_argument("--depth", type=float, default=28, help="mean number of further frames")
    parser.add_argument("--tail", type=float, help="exponent of a Pareto distribution of counts")
    return parser.parse_args()


def main():
    """Write STACKS lines."""
    args = arguments()
    with open(args.names, encoding="utf-8", errors="replace") as file:
        names = sorted({line.strip().replace(";", ":")[:160] for line in file if line.strip()})
    rng = random.Random(args.seed)
    rng.shuffle(names)
    names = names[:args.functions]
    calls = {}
    counts = {}              # by stack
    nodes = {}               # (parent, name) -> node

    def callee(caller):
        if caller not in calls:
            calls[caller] = [rng.randrange(len(names)) for _ in range(rng.randint(1, 6))]
        targets = calls[caller]
        return targets[min(int(rng.expovariate(0.9)), len(targets) - 1)]

    def count():
        if args.tail:
            return 1 + int(min(rng.paretovariate(args.tail), 1e6))
        return 1 + int(rng.expovariate(0.3))

    for _ in range(args.stacks):
        depth = max(3, min(2 * args.depth + 2, int(rng.gauss(args.depth, args.depth * 2 / 7))))
        at, stack, node = 0 if args.trunk else rng.randrange(4), [], 0
        for level in range(args.trunk + depth):
            stack.append(names[at])
            node = nodes.setdefault((node, at), len(nodes) + 1)
            at = callee(at) if level >= args.trunk else level + 1
        line = "worker;" + ";".join(stack)
        counts[line] = counts.get(line, 0) + count()
    for line, total in counts.items():
        sys.stdout.write("%s %d\n" % (line, total))
    print(len(nodes) + 1, file=sys.stderr)


main()
