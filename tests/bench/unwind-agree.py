#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether stacks are those that `perf record --call-graph dwarf,65528` sees in the same process at
the same time.  Names without arguments, of the user part, from the leaf to the outermost frame.

For the ten hottest leaf functions of perf's complete stacks: the share of its samples of which each
call (caller and callee) is in a stack of ours; of which the whole chain is one of ours; and how far
the shares of the chains are apart (half the sum of the differences, 0 to 1).  A program may have
more chains than a sampling sees, so beside each stands the same of as many samples of our own
against the rest of ours: perf's should not be further from ours than ours are from themselves.
Kernel frames and inlined ones are left out.  Needs root and perf.  Environment: PB (the front end),
SHOW (so many stacks with calls that are not ours are printed).  Arguments: names of some of the work.
"""
import collections
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import stacks
import unwind_work

PB = os.environ["PB"]
HZ = 299
SECONDS = 12
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def cc1plus(folder):
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/templates.cc")
    inner = subprocess.run(["g++", "-print-prog-name=cc1plus"], capture_output=True, text=True,
                           check=True).stdout.strip()
    return [inner, "-quiet", "-std=c++17", "-O2", "-DSTEPS=14", "-D_GNU_SOURCE", source, "-o",
            "/dev/null"]


def cxx(folder):
    """A C++ program with symbols, without frame pointers and inlining."""
    program = os.path.join(folder, "program")
    subprocess.run(["g++", "-O2", "-fomit-frame-pointer", "-fno-inline", "-std=c++17", "-x", "c++",
                    "-", "-o", program], input=CXX, text=True, check=True)
    return [program]


CXX = r"""
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
struct node { virtual ~node() = default; virtual long sum(int) const = 0; };
struct leaf : node {
	long v;
	leaf(long v) : v(v) {}
	long sum(int n) const override { return v * n; }
};
struct pair : node {
	std::unique_ptr<node> a, b;
	pair(node *a, node *b) : a(a), b(b) {}
	long sum(int n) const override { return a->sum(n + 1) ^ b->sum(n); }
};
node *make(int n)
{
	if (!n)
		return new leaf(n);
	return new pair(make(n - 1), make(n - 1));
}
long words(int n)
{
	std::map<std::string, int> m;
	for (int i = 0; i < n; i++)
		m[std::to_string(i * 7919 % 1009)] += i;
	std::vector<std::pair<std::string, int>> v(m.begin(), m.end());
	std::sort(v.begin(), v.end(), [](const auto &x, const auto &y) { return x.second > y.second; });
	return v[0].second;
}
long run(const std::function<long(int)> &f, int n) { return f(n); }
int main()
{
	volatile long x = 0;
	for (;;) {
		std::unique_ptr<node> t(make(9));
		x = x + run([&](int n) { return t->sum(n); }, 3) + run(words, 2000);
	}
}
"""

PYTHON = """
import json
def tree(n):
    return {"n": n, "kids": [tree(n - 1), tree(n - 2)]} if n > 1 else {"n": n}
def walk(t):
    return t["n"] + sum(map(walk, t.get("kids", ())))
while True:
    walk(json.loads(json.dumps(tree(9))))
    sorted((str(i * 7919 % 1009) for i in range(500)), key=lambda s: s[::-1])
"""

WORK = [
    ("cc1plus", ["g++"], cc1plus),
    ("python3", ["/usr/bin/python3"], lambda folder: ["/usr/bin/python3", "-c", PYTHON]),
    ("C++", ["g++"], cxx),
]


def sample(folder, command):
    """(perf's stacks, ours, functions of files without symbols) while command works."""
    data, folded = os.path.join(folder, "perf.data"), os.path.join(folder, "folded")
    work = subprocess.Popen(command, **QUIET)
    time.sleep(0.5)
    perf = subprocess.Popen([*stacks.perf_record(folder, data, HZ), "-p", str(work.pid), "--", "sleep",
                             str(SECONDS)], **QUIET)
    subprocess.run([PB, "-q", "-f", "4999", "-t", f"{SECONDS}s", "-c", folded, "--pid",
                    str(work.pid)], check=True, **QUIET)
    perf.wait()
    work.kill()
    work.wait()
    script = subprocess.run(stacks.perf_script_command(folder, data), capture_output=True, text=True,
                            errors="replace")
    theirs = [stack for _, stack in stacks.perf_script(script.stdout.splitlines()) if stack]
    functions = stacks.Functions()
    for path in set(re.findall(r"\[unknown\] \((/.*)\)$", script.stdout, re.MULTILINE)):
        functions.add(path)
    ours = []
    with open(folded, errors="replace") as f:
        for _, stack, count, reason in stacks.folded(f):
            if stack and not reason:
                ours += [stack] * count
    return theirs, ours, functions


def distance(a, b):
    """Total variation of the shares of two Counters."""
    n, m = sum(a.values()) or 1, sum(b.values()) or 1
    return sum(abs(a[k] / n - b[k] / m) for k in a.keys() | b.keys()) / 2


def calls(stack):
    return zip(stack, stack[1:])


def compare(name, theirs, ours, functions):
    theirs = [stacks.generic(s, functions, True) for s in theirs if stacks.is_complete(s)]
    ours = [stacks.generic(s, functions, False) for s in ours]
    hottest = [leaf for leaf, _ in collections.Counter(s[-1] for s in theirs).most_common(10)]
    chosen = [s for s in theirs if s[-1] in hottest]
    mine = [s for s in ours if s[-1] in hottest]
    random.Random(1).shuffle(mine)
    # Of ours as many as of theirs, against the rest.
    other, rest = mine[:min(len(chosen), len(mine) // 2)], mine[min(len(chosen), len(mine) // 2):]
    known = {call for s in rest for call in calls(s)}
    chains = collections.Counter(rest)
    wrong = collections.Counter(s for s in chosen if not known.issuperset(calls(s)))
    print(f"{name:10} {len(theirs):7} {len(ours):7} {percent(len(chosen) - wrong.total(), chosen)}"
          f" {percent(sum(known.issuperset(calls(s)) for s in other), other)}"
          f" {percent(sum(s in chains for s in chosen), chosen)}"
          f" {percent(sum(s in chains for s in other), other)}"
          f" {distance(collections.Counter(chosen), chains):9.3f}"
          f" {distance(collections.Counter(other), chains):9.3f}")
    for leaf in hottest:
        of_leaf = [s for s in chosen if s[-1] == leaf]
        good = sum(known.issuperset(calls(s)) for s in of_leaf)
        print(f"    {leaf[-40:]:40} {len(of_leaf):6} {percent(good, of_leaf)}")
    for stack, count in wrong.most_common(int(os.environ.get("SHOW", "0"))):
        strange = [c for c in calls(stack) if c not in known]
        print(f"    {count:5} of perf's {len(stack)} frames with {strange[:3]}")


def percent(part, whole):
    return f"{100 * part / max(len(whole), 1):9.2f}"


def main():
    print("                 samples     calls %              chains %            distance")
    print("              perf    ours      perf      ours      perf      ours      perf      ours")
    with tempfile.TemporaryDirectory() as folder:
        for name, programs, command in WORK:
            lacks = unwind_work.missing(programs)
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            if lacks:
                print(f"{name:10} skipped: {lacks} is not installed")
            else:
                compare(name, *sample(folder, command(folder)))


main()
