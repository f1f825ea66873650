# SPDX-License-Identifier: GPL-2.0-or-later
"""The cost of uprobe hits and of attaching, of profile-bee beside bpftrace.

The same program runs without a probe, under profile-bee and under bpftrace, in turn.  It calls a
function some times for the tools to get ready, waits, calls it HITS times and tells how long that
took; meanwhile the kernel's statistics of BPF programs tell how long their part was.
"""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = int(os.environ.get("ROUNDS", "5"))
HITS = int(os.environ.get("HITS", "300000"))
WARM = 2000
THREADS = 4
FUNCTIONS = 1000
FRONT = [os.environ["top_builddir"] + "/profile-bee-build", "-q"]
STATS = "/proc/sys/kernel/bpf_stats_enabled"

HOT = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
static volatile unsigned long sink;
static long calls;

NOINLINE unsigned long hit(unsigned long x) { return x + sink; }
NOINLINE unsigned long d(unsigned long x) { volatile char r[40]; r[x % 8] = 1; x = hit(x); return x + r[x % 8]; }
NOINLINE unsigned long c(unsigned long x) { volatile char r[24]; r[x % 8] = 1; x = d(x); return x + r[x % 8]; }
NOINLINE unsigned long b(unsigned long x) { volatile char r[88]; r[x % 8] = 1; x = c(x); return x + r[x % 8]; }
NOINLINE unsigned long a(unsigned long x) { volatile char r[56]; r[x % 8] = 1; x = b(x); return x + r[x % 8]; }

static void *work(void *arg)
{
	for (long i = 0; i < calls; i++)
		sink += a(i);
	return arg;
}

static void run(long n, int threads)
{
	pthread_t ids[64];

	calls = n;
	for (int i = 1; i < threads; i++)
		pthread_create(&ids[i], NULL, work, NULL);
	work(NULL);
	for (int i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
}

/* hot WARM HITS THREADS TELL GO: the last two are pipes. */
int main(int argc, char **argv)
{
	FILE *tell = fopen(argv[4], "w"), *go = fopen(argv[5], "r");
	struct timespec from, to;

	run(atol(argv[1]), 1);
	fprintf(tell, "%d\n", (int)getpid());
	fflush(tell);
	fgetc(go);
	clock_gettime(CLOCK_MONOTONIC, &from);
	run(atol(argv[2]), atoi(argv[3]));
	clock_gettime(CLOCK_MONOTONIC, &to);
	fprintf(tell, "%ld\n", (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec);
	fflush(tell);
	fgetc(go);
	return 0;
}
"""


def build(folder, name, source, *flags):
    path = f"{folder}/{name}"
    with open(path + ".c", "w") as f:
        f.write(source)
    subprocess.run(["gcc", "-g", "-O2", "-pthread", "-fno-optimize-sibling-calls", "-w", *flags,
                    "-o", path, path + ".c"], check=True)
    return path


def many_functions():
    lines = ["#include <time.h>", "#include <stdio.h>", "static volatile unsigned sink;"]
    for i in range(FUNCTIONS):
        lines.append(f"__attribute__((noinline, noclone)) void many_{i}(void) {{ sink += {i}; }}")
    lines.append("int main(int argc, char **argv) { struct timespec t;")
    lines.append("FILE *f = fopen(argv[1], \"w\"); clock_gettime(CLOCK_MONOTONIC, &t);")
    lines.append("fprintf(f, \"%ld\\n\", t.tv_sec * 1000000000L + t.tv_nsec); fclose(f);")
    lines += [f"many_{i}();" for i in range(FUNCTIONS)]
    lines.append("return 0; }")
    return "\n".join(lines)


def ours(path, function, folder):
    return FRONT + ["--uprobe", f"{path}:{function}", "--no-probe-roots", "-c", f"{folder}/ours",
                    "--"]


def theirs(path, function, folder):
    return ["bpftrace", "-o", f"{folder}/theirs", "-e",
            f"uprobe:{path}:{function} {{ @[ustack] = count(); }}", "-c"]


def counted_by_us(folder):
    """Calls, and frames of the stack that most of them have."""
    total, most, frames = 0, 0, 0
    for line in open(f"{folder}/ours"):
        stack, count = line.rsplit(" ", 1)
        total += int(count)
        if int(count) > most:
            # The process's name is the root.
            most, frames = int(count), stack.count(";")
    return total, frames


def counted_by_them(folder):
    total, most, frames = 0, 0, 0
    text = open(f"{folder}/theirs").read()
    for stack, count in re.findall(r"@\[(.*?)\]: (\d+)", text, re.S):
        total += int(count)
        if not stack.strip():
            continue
        if int(count) > most:
            most, frames = int(count), len([l for l in stack.splitlines() if l.strip()])
    return total, frames


def program_stats():
    """Time and runs of the programs at uprobes, by id."""
    found = {}
    out = subprocess.run(["bpftool", "-j", "prog", "show"], capture_output=True, text=True,
                         env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin")).stdout
    for program in json.loads(out or "[]"):
        if program.get("type") == "kprobe":
            found[program["id"]] = (program.get("run_time_ns", 0), program.get("run_cnt", 0))
    return found


def run_hot(command, path, folder, stats, hits=HITS, threads=1, warm=WARM):
    """Nanoseconds of the calls, and of BPF a hit."""
    for name in ("tell", "go"):
        if os.path.exists(f"{folder}/{name}"):
            os.unlink(f"{folder}/{name}")
        os.mkfifo(f"{folder}/{name}")
    words = [path, str(warm), str(hits), str(threads), f"{folder}/tell", f"{folder}/go"]
    if command and command[-1] == "-c":
        words = [" ".join(words)]
    tool = subprocess.Popen(command + words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            text=True)
    with open(f"{folder}/tell") as tell, open(f"{folder}/go", "w", 1) as go:
        tell.readline()
        time.sleep(0.3)
        before = program_stats() if stats else {}
        go.write("\n")
        elapsed = int(tell.readline())
        ns = runs = 0
        for number, (time_ns, count) in (program_stats() if stats else {}).items():
            earlier = before.get(number, (0, 0))
            if count - earlier[1] > runs:
                ns, runs = time_ns - earlier[0], count - earlier[1]
        go.write("\n")
    error = tool.communicate()[1]
    if tool.returncode:
        sys.exit(f"probe-hits: {command[0]}: {error}")
    return elapsed, ns / runs if runs else 0


def median(values):
    return statistics.median(values)


def hot(folder, path, title):
    """One table row for each of: BPF time, time a hit."""
    plain, slow, bpf = [], {0: [], 1: []}, {0: [], 1: []}
    tools = (ours(path, "hit", folder), theirs(path, "hit", folder))
    for i in range(ROUNDS):
        plain.append(run_hot([], path, folder, False)[0])
        for which in (0, 1) if i % 2 else (1, 0):
            # The statistics themselves take time, so the slowdown is measured without.
            slow[which].append(run_hot(tools[which], path, folder, False)[0])
            with Stats():
                bpf[which].append(run_hot(tools[which], path, folder, True)[1])
    due = WARM + HITS
    (our_calls, our_frames) = counted_by_us(folder)
    (their_calls, their_frames) = counted_by_them(folder)
    print(f"{title}: frames of the stack: ours {our_frames}, bpftrace's {their_frames}; "
          f"calls counted of {due}: {our_calls}, {their_calls}")
    if shutil.which("bpftool") or os.path.exists("/usr/sbin/bpftool"):
        row("BPF time, ns a hit", median(bpf[0]), median(bpf[1]))
    base = median(plain)
    row("slowdown, ns a hit", *((median(slow[i]) - base) / HITS for i in (0, 1)))
    row("slowdown, times", *(median(slow[i]) / base for i in (0, 1)))


def row(name, us, them, unit=""):
    print(f"  {name:32} ours {us:9.1f}{unit}  bpftrace {them:9.1f}{unit}  ratio {us / them:.2f}")


class Stats:
    """The kernel's statistics of BPF programs, switched on and put back."""

    def __enter__(self):
        with open(STATS) as f:
            self.before = f.read()
        with open(STATS, "w") as f:
            f.write("1")

    def __exit__(self, *_):
        with open(STATS, "w") as f:
            f.write(self.before)


def attach(folder):
    path = build(folder, "many", many_functions())
    live, end, calls = {0: [], 1: []}, {0: [], 1: []}, [0, 0]
    os.environ["BPFTRACE_MAX_PROBES"] = str(2 * FUNCTIONS)
    os.environ["BPFTRACE_MAX_BPF_PROGS"] = str(2 * FUNCTIONS)
    # Once is enough for bpftrace: it takes minutes to detach.
    for i in range(min(ROUNDS, 3)):
        for which in (0,) if i else (1, 0):
            command = (ours, theirs)[which](path, "many_*", folder)
            words = [path, f"{folder}/start"]
            words = [" ".join(words)] if which else words
            start = time.monotonic_ns()
            done = subprocess.run(command + words, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
            end[which].append((time.monotonic_ns() - start) / 1e6)
            if done.returncode:
                sys.exit(f"probe-hits: {command[0]}: {done.stderr}")
            live[which].append((int(open(f"{folder}/start").read()) - start) / 1e6)
    calls = counted_by_us(folder)[0], counted_by_them(folder)[0]
    print(f"{FUNCTIONS} functions, called once each; calls counted: ours {calls[0]}, "
          f"bpftrace's {calls[1]}")
    row("from the start to live, ms", median(live[0]), median(live[1]))
    row("to the end, ms", median(end[0]), median(end[1]))


def rate(folder, path):
    """Many hits a second in several threads, all counted."""
    hits = HITS
    elapsed = run_hot(ours(path, "hit", folder), path, folder, False, hits, THREADS)[0]
    due = WARM + hits * THREADS
    calls = counted_by_us(folder)[0]
    print(f"{THREADS} threads: {hits * THREADS / elapsed * 1e9:.0f} hits/s, calls {due}, "
          f"counted {calls}: {'all' if calls == due else 'NOT ALL'}")
    return calls == due


def main():
    with tempfile.TemporaryDirectory() as folder:
        with_fp = build(folder, "with_fp", HOT, "-fno-omit-frame-pointer")
        without_fp = build(folder, "without_fp", HOT, "-fomit-frame-pointer")
        print(f"probe-hits: {ROUNDS} rounds of {HITS} hits, medians")
        hot(folder, with_fp, "with frame pointers")
        hot(folder, without_fp, "without frame pointers")
        all_counted = rate(folder, without_fp)
        attach(folder)
    sys.exit(not all_counted)


main()
