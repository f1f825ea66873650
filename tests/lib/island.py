# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile in a page or an SVG, read by its description in island.h: island.py FILE prints stacks."""
import base64
import re
import sys
import zlib


def varint(b, i):
    """A number of b at i, and where the next begins."""
    v = s = 0
    while True:
        v |= (b[i] & 127) << s
        s += 7
        i += 1
        if b[i - 1] < 128:
            return v, i


def numbers(b):
    """All of b."""
    out, i = [], 0
    while i < len(b):
        v, i = varint(b, i)
        out.append(v)
    return out


def unpack(text):
    """The sections of an island's text."""
    data = zlib.decompress(base64.b64decode(text), -15)
    sections, at = [], 0
    while at < len(data):
        n, at = varint(data, at)
        sections.append(data[at:at + n])
        at += n
    return sections


def stacks(sections):
    """Every stack with samples of its own, as a line of collapsed stacks."""
    names = sections[1].decode().split("\n")[:-1]
    up, refs, own = map(numbers, sections[3:6])
    refs, callees, path = iter(refs), {}, []
    for i, n in enumerate(own):
        if i:
            path = path[:len(path) - up[i - 1]]
            known = callees.setdefault(path[-1] if path else None, [])
            ref = next(refs)
            if not ref:
                known.append(next(refs))
            path.append(known[ref - 1])
        if n:
            yield ";".join(names[f] for f in path) + " %d" % n


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        island = re.search(r'<(metadata|script)\b[^>]* id="profile"[^>]*>(.*?)</\1>', file.read(), re.S)
    print("\n".join(stacks(unpack(island.group(2)))))
