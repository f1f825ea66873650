# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scripts of the browser assert, in the Test Anything Protocol."""

count = 0
failed = 0


def ok(good, what, more=""):
    """One TAP line, and more when it failed."""
    global count, failed
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, what))
    if not good:
        failed += 1
        print("# " + str(more)[:2000].replace("\n", "\n# "))
    return good


def skip(reason, n=1):
    """n assertions that cannot be made here."""
    global count
    for _ in range(n):
        count += 1
        print("ok %d # SKIP %s" % (count, reason))


def finish():
    """The plan.  Returns the exit status."""
    print("1..%d" % count)
    return 1 if failed else 0
