#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How many user stacks of real programs are complete: with unwind tables, by frame pointers, and as
`perf record --call-graph dwarf,65528` has them of less of the same work.

Complete is by name: the outermost frame is the start of a process or thread.  Beside it stands what
the walk itself says (root).  Stacks that were walked to the end but kept without their middle
(--max-frames) count apart.  Needs root and perf.  Environment: PB (the front end).  Arguments: names
of some of the work.
"""
import collections
import json
import os
import resource
import subprocess
import sys
import tempfile

import stacks
import unwind_work

PB = os.environ["PB"]
HZ = 997
PERF_SAMPLES = 3000
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 600}


def ours(folder, command, *options):
    """Shares of one run of profile-bee."""
    folded, summary = os.path.join(folder, "folded"), os.path.join(folder, "json")
    subprocess.run([PB, "-q", "-f", str(HZ), "-c", folded, "--summary-json", summary, *options,
                    "--", *command], check=True, **QUIET)
    with open(summary) as f:
        facts = json.load(f)
    verdicts = {k.removeprefix("verdict."): v for k, v in facts.items() if k.startswith("verdict.")}
    verdicts.pop("no_user", None)
    with open(folded, errors="replace") as f:
        rows = [(stack, count) for _, stack, count, reason in stacks.folded(f)
                if reason != "middle frames left out"]
    done, named = stacks.share_complete(rows)
    walked = sum(verdicts.values())
    depth = verdicts.get("depth", 0)
    return {"samples": walked, "depth": depth, "complete": done / max(named, 1),
            "root": verdicts.get("root", 0) / max(walked - depth, 1),
            "cuts": stacks.cut_leaves(folded)}


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, **QUIET)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def perf_once(folder, hz, command):
    data = os.path.join(folder, "perf.data")
    subprocess.run([*stacks.perf_record(folder, data, hz), "--", *command], check=True, **QUIET)
    script = subprocess.Popen(stacks.perf_script_command(folder, data), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, errors="replace")
    cut, rows = collections.Counter(), []
    for comm, stack in stacks.perf_script(script.stdout):
        if not comm.startswith("perf"):
            rows.append((stack, 1))
            if stack and not stacks.is_complete(stack):
                cut[stack[0]] += 1
    script.wait()
    os.unlink(data)
    done, every = stacks.share_complete(rows)
    return {"samples": every, "complete": done / max(every, 1), "hz": hz, "cuts": cut}


def perf(folder, command):
    """perf's share, at a frequency that keeps its file small; the better of two runs: now and
    then it reads no library's unwind information at all."""
    hz = min(HZ, int(PERF_SAMPLES / max(cpu_seconds(command), 0.01)))
    return max((perf_once(folder, hz, command) for _ in range(2)), key=lambda r: r["complete"])


def line(name, wanted, folder, command):
    """One program's line; whether it is as wanted and not behind perf."""
    a = ours(folder, command(folder, False))
    b = ours(folder, command(folder, False), "--dwarf=false")
    c = perf(folder, command(folder, True))
    # perf's few samples cannot show what one of them is not.
    good = (a["complete"] * 1000 >= wanted and
            a["complete"] + 1 / max(c["samples"], 1) >= c["complete"])
    print(f"{name:20} {a['samples']:8} {100 * a['root']:8.2f} {100 * a['complete']:8.2f}"
          f" {a['depth']:6}   {100 * b['complete']:8.2f} {100 * c['complete']:8.2f}"
          f" {c['samples']:6} {c['hz']:4} {'' if good else ' <-- wanted ' + str(wanted / 10)}")
    for (reason, outermost), count in a["cuts"].most_common(8):
        if reason != "middle frames left out":
            print(f"    {count:6} cut: {reason}; reached {outermost}")
    for outermost, count in c["cuts"].most_common(3):
        print(f"    {count:6} of perf's end at {outermost}")
    sys.stdout.flush()


def main():
    print("complete user stacks, %            tables           frame pointers   perf dwarf,65528")
    print("program               samples     root complete  depth   complete complete samples Hz")
    with tempfile.TemporaryDirectory() as folder:
        for name, wanted, programs, command in unwind_work.WORK:
            lacks = unwind_work.missing(programs)
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            if lacks:
                print(f"{name:20} skipped: {lacks} is not installed")
            else:
                line(name, wanted, folder, command)


main()
