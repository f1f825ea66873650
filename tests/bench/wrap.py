#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a command and note, as JSON in FILE, its CPU time and when it ended: wrap.py FILE COMMAND..."""
import json
import resource
import subprocess
import sys
import time

begin = time.monotonic()
status = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
end = time.monotonic()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
with open(sys.argv[1], "w") as f:
    json.dump({"wall": end - begin, "end": end, "cpu": used.ru_utime + used.ru_stime,
               "cpu_with_own": used.ru_utime + used.ru_stime + own.ru_utime + own.ru_stime}, f)
sys.exit(status)
