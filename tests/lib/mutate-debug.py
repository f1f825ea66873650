#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes bytes in the debug sections of an ELF file at random, and asks for source lines.

	mutate-debug.py FILE N SEED

Runs tests/lib/source-lines N times, each time with another file, and prints how many runs ended by
a signal or not at all within 60 seconds (the changed file is kept beside FILE), then how many
still had some lines and how many did not.
"""
import os
import random
import subprocess
import sys

NAMES = ('.debug_info', '.debug_abbrev', '.debug_line', '.debug_rnglists', '.debug_ranges',
         '.debug_aranges', '.debug_line_str')


def sections(path):
    out = subprocess.run(['objdump', '-hw', path], capture_output=True, text=True,
                         check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    return {r[1]: (int(r[5], 16), int(r[2], 16), int(r[3], 16)) for r in rows
            if len(r) > 6 and r[0].isdigit()}


def changed(data, places, rng):
    new = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16, 64))):
        offset, size, _ = rng.choice(places)
        value = rng.choice((0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)))
        new[offset + rng.randrange(size)] = value
    return new


def main():
    path, n, rng = os.path.abspath(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    found = sections(path)
    places = [found[name] for name in NAMES if name in found]
    _, size, start = found['.text']
    addresses = ''.join('%x\n' % (start + size * i // 100) for i in range(100))
    with open(path, 'rb') as f:
        data = f.read()
    bad = some = 0
    for i in range(n):
        name = '%s.%d' % (path, i)
        with open(name, 'wb') as f:
            f.write(changed(data, places, rng))
        try:
            run = subprocess.run([os.environ['SOURCE_LINES'], name], input=addresses.encode(),
                                 capture_output=True, timeout=60, check=False)
            failed = run.returncode != 0
            some += b'none:' not in run.stdout and b'error:' not in run.stdout
        except subprocess.TimeoutExpired:
            failed = True
        bad += failed
        if not failed:
            os.unlink(name)
    print('%d bad' % bad)
    print('%d whole, %d damaged' % (some, n - some - bad))


main()
