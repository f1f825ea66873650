#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What profiling costs, beside `perf record -g` and `perf record --call-graph dwarf`, each with
`perf script`, on the same work in the same run.

We walk stacks without frame pointers, as only --call-graph dwarf does, too.  Ratios of medians over
interleaved runs.  Needs root, perf, gcc, g++.  Environment: PB (the front end),
WRAP (wrap.py), RUNS (5).
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PB = os.environ["PB"]
WRAP = os.environ["WRAP"]
RUNS = int(os.environ.get("RUNS", "5"))
HZ = "999"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def source(path):
    """A C file that keeps gcc busy for some seconds."""
    with open(path, "w") as f:
        for i in range(1500):
            f.write(f"int f{i}(int *a, int n) {{ int s = {i}; for (int i = 0; i < n; i++) "
                    f"{{ s += a[i] * (s ^ {i}); if (s & {i % 7 + 1}) s -= a[(i * {i + 3}) % n]; }} "
                    f"return s; }}\n")


def timed(command):
    """Wall time, CPU time of the whole tree, and the largest process's memory in KiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    status = subprocess.call(command, **QUIET)
    end = time.monotonic()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        sys.exit(f"compare-perf: status {status} of {' '.join(command)}")
    return {"wall": end - begin, "end": end,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def wrapped(prefix, work, notes):
    """Run work under a profiler: its own cost is the tree's less the work's."""
    total = timed(prefix + [sys.executable, WRAP, notes] + work)
    with open(notes) as f:
        inner = json.load(f)
    return {"work": inner["wall"], "own_cpu": total["cpu"] - inner["cpu_with_own"],
            "tail": total["end"] - inner["end"]}


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def peak_memory(shell):
    """KiB of the largest process of a shell command, by a child of its own."""
    code = ("import resource,subprocess,sys;subprocess.call(sys.argv[1],shell=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    out = subprocess.run([sys.executable, "-c", code, shell], capture_output=True, text=True,
                         check=True)
    return int(out.stdout.split()[-1])


def frames_of(folded):
    """User frames a sample, on average."""
    frames = samples = 0
    with open(folded, errors="replace") as f:
        for line in f:
            text, count = line.rsplit(" ", 1)
            samples += int(count)
            frames += int(count) * sum(not name.endswith("_[k]") for name in text.split(";")[1:])
    return frames / max(samples, 1)


def bpf_cost(work, folded):
    """ns a run of the sampler, from the kernel's own statistics."""
    old = open("/proc/sys/kernel/bpf_stats_enabled").read()
    open("/proc/sys/kernel/bpf_stats_enabled", "w").write("1")
    try:
        child = subprocess.Popen([PB, "-q", "-f", HZ, "--collapse", folded, "--"] + work,
                                 **QUIET)
        time.sleep(2)
        shown = json.loads(subprocess.run(["bpftool", "-j", "prog", "show"], check=True,
                                          capture_output=True, text=True).stdout)
        child.wait()
    finally:
        open("/proc/sys/kernel/bpf_stats_enabled", "w").write(old)
    runs = [p for p in shown if p.get("name") == "sample_cpu" and p.get("run_cnt")]
    return sum(p["run_time_ns"] for p in runs) / sum(p["run_cnt"] for p in runs) if runs else 0


def perf_run(options, data, work, notes):
    perf = wrapped(["perf", "record", "-q", *options, "-e", "cpu-clock", "-F", HZ, "-o", data, "--"],
                   work, notes)
    # Inlined frames would take it a hundred times as long.
    script = timed(["perf", "script", "--no-inline", "-i", data])
    perf["own_cpu"] += script["cpu"]
    perf["tail"] += script["wall"]
    os.unlink(data)
    return perf


def compare(name, work, folder):
    notes, data, svg, folded = (os.path.join(folder, n) for n in
                                ("notes", "perf.data", "out.svg", "folded"))
    rows = {"none": [], "perf": [], "dwarf": [], "ours": []}
    for _ in range(RUNS):
        rows["none"].append(wrapped([], work, notes))
        rows["perf"].append(perf_run(["-g"], data, work, notes))
        rows["dwarf"].append(perf_run(["--call-graph", "dwarf"], data, work, notes))
        rows["ours"].append(wrapped([PB, "-q", "-f", HZ, "--svg", svg, "--"], work, notes))
    base = median(rows["none"], "work")
    print(f"{name}: {RUNS} runs of {base:.1f} s at {HZ} Hz, medians; perf's are with perf script")
    for what, key, scale in (("work slowed to", "work", base), ("own CPU s", "own_cpu", 1),
                             ("end to picture s", "tail", 1)):
        ours, plain, dwarf = (median(rows[k], key) / scale for k in ("ours", "perf", "dwarf"))
        print(f"  {what:18} ours {ours:7.3f}   perf -g {plain:7.3f}   ratio {ours / plain:5.2f}"
              f"   perf dwarf {dwarf:7.3f}   ratio {ours / dwarf:5.2f}")
    cost = bpf_cost(work, folded)
    print(f"  BPF ns a sample    {cost:.0f}, of {frames_of(folded):.0f} user frames on average")


def compare_input(work, folder):
    data, svg = os.path.join(folder, "big.data"), os.path.join(folder, "big.svg")
    subprocess.check_call(["perf", "record", "-q", "-g", "-e", "cpu-clock", "-F", "25000", "-o",
                           data, "--"] + work, **QUIET)
    tools = os.path.dirname(WRAP)
    script = f"perf script -i {data} 2>/dev/null >{folder}/script"
    chain = (f"perf script -i {data} 2>/dev/null | {tools}/collapse-script.pl | "
             f"{tools}/line-merge.pl >{folder}/theirs.svg")
    ours = f"{PB} -q --input {data} --svg {svg}"
    rows = {"ours": [], "perf": [], "chain": []}
    for _ in range(RUNS):
        rows["perf"].append(timed(["sh", "-c", script]))
        rows["chain"].append(timed(["sh", "-c", chain]))
        rows["ours"].append(timed(["sh", "-c", ours]))
    samples = subprocess.run(f"perf script -i {data} -F time -G 2>/dev/null | wc -l", shell=True,
                             capture_output=True, text=True, check=True).stdout.strip()
    print(f"--input of {samples} samples to SVG, beside perf script alone, and perf script with "
          f"a collapser and a line merger in Perl:")
    for what, key in (("wall s", "wall"), ("CPU s", "cpu")):
        a, b, c = (median(rows[k], key) for k in ("ours", "perf", "chain"))
        print(f"  {what:18} ours {a:7.3f}   perf script {b:7.3f}   ratio {a / b:5.2f}"
              f"   chain {c:7.3f}   ratio {a / c:5.2f}")
    a, b, c = (peak_memory(k) / 1024 for k in (ours, script, chain))
    print(f"  peak memory MiB    ours {a:7.1f}   perf script {b:7.1f}   ratio {a / b:5.2f}"
          f"   chain {c:7.1f}   ratio {a / c:5.2f}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        c = os.path.join(folder, "work.c")
        source(c)
        gcc = ["gcc", "-O2", "-c", c, "-o", os.path.join(folder, "work.o")]
        python = [sys.executable, "-c",
                  "x = 0\nfor i in range(20000000):\n    x += i * i % 7\nprint(x)"]
        gxx = ["g++", "-std=c++17", "-O2", "-DSTEPS=6", "-c", os.path.join(
            os.path.dirname(WRAP), "../data/templates.cc"), "-o", os.path.join(folder, "t.o")]
        compare("gcc -O2", gcc, folder)
        compare("g++ -O2", gxx, folder)
        compare("python3 loop", python, folder)
        compare_input(gcc, folder)


main()
