#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether our stacks are those of `perf record --call-graph dwarf,65528`, sample by sample: at each of
perf's samples our walk runs beside it, on the same registers and the same stack, by the unwind
tables that profile would use (tests/lib/beside-perf.c).

For the ten hottest leaf functions of the samples whose stack perf has up to the root: the share of
which our stack has the same frames, address by address (a return address counts as the call before
it), up to the root.  Kernel frames and inlined ones are left out.  Needs root and perf.
Environment: top_builddir, SECONDS (12), SHOW (so many of the stacks that differ are printed).  Arguments: names of
some of the work.
"""
import bisect
import collections
import os
import re
import subprocess
import sys
import tempfile
import time

import stacks
import unwind_work

BUILD = os.environ["top_builddir"]
BESIDE = os.path.join(BUILD, "tests/lib/beside-perf")
BUILDER = os.path.join(BUILD, "libexec/bin/unwind-table-builder")
HZ = 299
SECONDS = float(os.environ.get("SECONDS", "12"))
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


def mappings(pid):
    """Sorted (start, end, what to add to an address for the offset in the file, base name)."""
    found = []
    with open(f"/proc/{pid}/maps") as f:
        for line in f:
            place, mode, offset, _, inode, *path = line.split(None, 5)
            start, end = (int(x, 16) for x in place.split("-"))
            if "x" in mode:
                name = path[0].strip() if path else "[anon]"
                found.append((start, end, int(offset, 16) - start, os.path.basename(name)))
    return sorted(found)


def place_of(address, maps):
    """(base name, offset) of an address."""
    at = bisect.bisect(maps, (address, 1 << 64)) - 1
    if at < 0 or address >= maps[at][1]:
        return "", address
    return maps[at][3], address + maps[at][2]


def sample(folder, command):
    """perf's samples and ours while command works: (thread, time, frames) each, in order of time."""
    data = os.path.join(folder, "perf.data")
    work = subprocess.Popen(command, **QUIET)
    time.sleep(0.5)
    perf = subprocess.Popen([*stacks.perf_record(folder, data, HZ), "-i", "-k", "mono", "-p",
                             str(work.pid), "--", "sleep", str(SECONDS)], **QUIET)
    beside = subprocess.Popen([BESIDE, BUILDER, str(work.pid), str(perf.pid)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(2)
    maps = mappings(work.pid)
    text = beside.communicate()[0]
    perf.wait()
    work.kill()
    work.wait()
    if beside.returncode or not text:
        sys.exit(f"unwind-agree: beside-perf ended with status {beside.returncode}")
    ours = []
    for line in text.splitlines():
        when, tid, _, *frames = line.split()
        ours.append((int(tid), int(when), [place_of(int(f, 16), maps) for f in frames]))
    script = subprocess.run(["perf", "--buildid-dir", folder, "script", "-i", data, "--no-inline",
                             "--max-stack", "4096", "--ns", "-F", "tid,time,ip,sym,dso"],
                            capture_output=True, text=True, errors="replace")
    ours.sort(key=lambda s: s[:2])
    # perf has begun before our program was attached; the time of a sample is taken before it runs.
    return [s for s in perf_samples(script.stdout.splitlines())
            if s[1] > ours[0][1] - 1000000], ours


def perf_samples(lines):
    """(thread, time, [(base name, offset, symbol)]) of each sample with user frames, in order."""
    samples = []
    for line in lines:
        head = re.match(r"\s*(\d+)\s+(\d+)\.(\d{9}):", line)
        frame = stacks.PERF_FRAME.match(line)
        if head:
            samples.append((int(head.group(1)), int(head.group(2) + head.group(3)), []))
        elif frame and stacks.perf_frame(line) is not None:
            address, symbol, file = frame.groups()
            samples[-1][2].append((os.path.basename(file), int(address, 16), symbol))
    return sorted((s for s in samples if s[2]), key=lambda s: s[:2])


def is_same(theirs, ours):
    """Of callers perf tells the byte before the return address."""
    return len(theirs) == len(ours) and all(
        a[0] == b[0] and a[1] - b[1] in ((0,) if i == 0 else (0, -1))
        for i, (a, b) in enumerate(zip(theirs, ours)))


def compare(name, theirs, ours):
    complete = [s for s in theirs if stacks.is_complete([f[2] for f in reversed(s[2])])]
    hottest = [leaf for leaf, _ in
               collections.Counter(s[2][0][2] for s in complete).most_common(10)]
    keys = [s[:2] for s in ours]
    good, every, different = collections.Counter(), collections.Counter(), []
    for tid, when, frames in complete:
        at = bisect.bisect_left(keys, (tid, when))
        mine = ours[at][2] if at < len(keys) and keys[at][0] == tid else []
        every[frames[0][2]] += 1
        if is_same(frames, mine):
            good[frames[0][2]] += 1
        else:
            different.append((frames, mine))
    chosen = sum(every[leaf] for leaf in hottest)
    print(f"{name:10} {len(theirs):8} {len(complete):9} {percent(good.total(), every.total())}"
          f" {percent(sum(good[leaf] for leaf in hottest), chosen)}")
    for leaf in hottest:
        print(f"    {leaf[-40:]:40} {every[leaf]:6} {percent(good[leaf], every[leaf])}")
    for frames, mine in different[:int(os.environ.get("SHOW", "0"))]:
        print("    perf:", *(f"{f[0]}+{f[1]:x}" for f in frames))
        print("    ours:", *(f"{f[0]}+{f[1]:x}" for f in mine))


def percent(part, whole):
    return f"{100 * part / max(whole, 1):9.2f}"


def main():
    print("              samples  complete    same %  hottest's same %")
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
