# SPDX-License-Identifier: GPL-2.0-or-later
"""What real.t asks of flame graphs of real programs, as TAP: real.py DIRECTORY NAME:FRAME:REGEX...

The picture of NAME.svg has the samples of NAME.folded; a click on FRAME zooms to it; a search for
REGEX marks boxes, and its share is that of the samples whose stacks match.
"""

import os
import re
import sys

import view
from tap import ok

TOTALS = "const v = document.documentElement.viewer; return [v.p.n, v.drawnWidth];"
BOXES = """const v = document.documentElement.viewer;
return v.boxes.filter(b => !b.run).map(b => ({name: v.p.names[v.p.frame[b.node]], width: b.width,
	match: b.rect.classList.contains('match')}));"""
# A high graph does not fit the window: have the box in it before the click.
PLACE = """const v = document.documentElement.viewer;
const b = v.boxes.find(b => v.p.names[v.p.frame[b.node]] === arguments[0] && !b.run);
b.rect.scrollIntoView({block: 'center'});
const r = b.rect.getBoundingClientRect();
return [r.x + r.width / 2, r.y + r.height / 2];"""
RESULT = "return document.documentElement.viewer.bar.result.textContent;"


def folded(path):
    """Pairs of frames and count."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            stack, n = line.rstrip("\n").rsplit(" ", 1)
            yield [re.sub(r"_\[[kji]\]$", "", f) for f in stack.split(";")], int(n)


def test_one(browser, directory, name, frame, regex):
    """One flame graph."""
    stacks = list(folded(os.path.join(directory, name + ".folded")))
    browser.open("file://" + os.path.join(directory, name + ".svg"))
    ok(browser.wait(view.PICTURE_READY), name + ": opened")
    nodes, width = browser.run(TOTALS)
    prefixes = {tuple(s[:i]) for s, _ in stacks for i in range(len(s) + 1)}
    ok(nodes >= len(prefixes), name + ": every frame of every stack is in it", (nodes, len(prefixes)))
    browser.keys("/")
    browser.type(regex)
    boxes = browser.run(BOXES)
    ok(any(b["match"] for b in boxes), name + ": the search marks boxes")
    share = 100 * sum(n for s, n in stacks if any(re.search(regex, f) for f in s)) / \
        sum(n for _, n in stacks)
    shown = re.search(r"([0-9.]+)%", browser.run(RESULT))
    ok(shown and abs(float(shown.group(1)) - share) < 0.02, name + ": with their share of the samples",
       (browser.run(RESULT), share))
    browser.keys("Escape")
    box = next((b for b in browser.run(BOXES) if b["name"] == frame), None)
    ok(box, name + ": has a box for " + frame)
    if box:
        browser.click(*browser.run(PLACE, frame))
        box = next((b for b in browser.run(BOXES) if b["name"] == frame), None)
        ok(box and abs(box["width"] - width) < 1, name + ": which fills the width after a click", box)


def test(browser):
    """All that are named."""
    for argument in sys.argv[2:]:
        test_one(browser, sys.argv[1], *argument.split(":", 2))


sys.exit(view.main(test))
