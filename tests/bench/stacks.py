# SPDX-License-Identifier: GPL-2.0-or-later
"""Stacks as profilers tell them: readers of `perf script` and of our collapsed stacks.

A stack is a tuple of names, outermost first, the user part only.
"""
import collections
import re

# What the first code of a process or of a thread is called.
OUTERMOST = re.compile(r"(_start|_dl_start_user|_*clone3?|start_thread|\[ld-linux[^\]]*\])$")
CUT = re.compile(r"\[cut: (.*)\]$")
PERF_FRAME = re.compile(r"\s*([0-9a-f]+) (.*) \((.*)\)$")
# [kernel.kallsyms], [module], but not [vdso], [heap], [unknown]
KERNEL_FILE = re.compile(r"\[(kernel\.kallsyms|guest|bpf|[a-z0-9_]+)\](_text)?$")
USER_FILE = re.compile(r"\[(vdso|vsyscall|heap|stack|unknown|anon.*)\]$")


def plain(name):
    """A name without its version and without what says that it is in a linkage table."""
    return re.sub(r"@.*", "", name)


def is_complete(stack):
    """Whether the stack's outermost frame is where processes and threads begin."""
    if OUTERMOST.match(stack[0]):
        return True
    return len(stack) > 1 and stack[1].startswith("__libc_start_main")


def perf_record(folder, data, hz):
    """perf record with the largest copies of the stack, up to its own options.  The cache of build
    ids is in folder: in the user's, other runs of perf would get in the way."""
    return ["perf", "--buildid-dir", folder, "record", "-q", "-e", "cpu-clock", "-F", str(hz),
            "--call-graph", "dwarf,65528", "-o", data]


def perf_script_command(folder, data):
    return ["perf", "--buildid-dir", folder, "script", "-i", data, "--no-inline", "--max-stack",
            "4096", "-F", "comm,ip,sym,dso"]


def perf_frame(line):
    """Name of a user frame of perf script, None for one of the kernel."""
    found = PERF_FRAME.match(line)
    if not found:
        return None
    address, name, file = found.groups()
    if KERNEL_FILE.match(file) and not USER_FILE.match(file):
        return None
    if name == "[unknown]":
        return f"[{file.rsplit('/', 1)[-1]}+0x{address}]" if "/" in file else "[unknown]"
    return plain(name)


def perf_script(lines):
    """(comm, stack) of each sample of perf script -F comm,ip,sym,dso; the stack may be empty."""
    comm, frames = None, []
    for line in lines:
        line = line.rstrip("\n")
        if not line.strip():
            if comm is not None:
                yield comm, tuple(reversed(frames))
            comm, frames = None, []
        elif comm is None:
            comm = line.strip()
        else:
            name = perf_frame(line)
            if name is not None:
                frames.append(name)
    if comm is not None:
        yield comm, tuple(reversed(frames))


def folded(lines):
    """(comm, stack, count, reason it was cut or None) of each line of collapsed stacks."""
    for line in lines:
        text, count = line.rstrip("\n").rsplit(" ", 1)
        comm, *frames = text.split(";")
        reason, names = None, []
        for frame in frames:
            found = CUT.match(frame)
            if found:
                reason = found.group(1)
            elif not re.search(r"_\[[kji]\]$", frame):
                names.append(plain(frame))
        yield comm, tuple(names), int(count), reason


def share_complete(stacks):
    """(complete, all) of (stack, count) with user frames."""
    done = every = 0
    for stack, count in stacks:
        if stack:
            every += count
            done += count if is_complete(stack) else 0
    return done, every


def cut_leaves(path):
    """Counter of (reason, name of the outermost frame that was reached)."""
    cuts = collections.Counter()
    with open(path, errors="replace") as f:
        for _, stack, count, reason in folded(f):
            if reason:
                cuts[reason, stack[0] if stack else "-"] += count
    return cuts
