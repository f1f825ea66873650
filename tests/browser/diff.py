# SPDX-License-Identifier: GPL-2.0-or-later
"""What diff.t asks of differences in a browser, as TAP: diff.py DIRECTORY [SCREENSHOTS]."""

import os
import re
import sys

import view
from tap import ok, skip

BOXES = """const v = document.documentElement.viewer, p = v.p;
return v.boxes.filter(b => !b.run).map(b => [p.names[p.frame[b.node]], p.depth[b.node],
	Math.round(b.x * 10), b.rect.getAttribute('class').replace('f ', '')]);"""
DETAILS = """const v = document.documentElement.viewer;
const b = v.boxes.find(b => !b.run && v.p.names[v.p.frame[b.node]] === arguments[0]);
return b ? v.describe(b).numbers : '';"""
# Of each node of the page's profile: changed by more than chance?
CHANGED = """const p = window.app.whole, found = {};
for (let i = 1; i < p.n; i++) {
	const path = [];
	for (let j = i; j; j = p.parent[j])
		path.unshift(p.names[p.frame[j]]);
	const before = p.beforeTotal[i], c = 100 * (p.total[i] / p.total[0] - before / p.beforeTotal[0]);
	found[path.join(';')] = c.toFixed(2);
}
return found;"""
# As in tests/unit/check_diff.c.
CASES = [
    [1, 4, 3, 4, 0.4857142857142857], [0, 10, 5, 15, 0.11304347826086956],
    [0, 1000, 8, 1000, 0.007703480851083897], [10, 100, 30, 100, 0.000650410707603421],
    [5, 100000, 8, 1000, 2.2127295396716197e-13], [1000, 2000, 1100, 2000, 0.0017176151783842495],
    [50, 50, 40, 50, 0.0011868393451716574], [70, 100, 500, 1000, 0.00016980792993823878],
    [0, 10**13, 20, 10**13, 1.9073486328125e-06], [3, 10**12, 40, 10**13, 0.8854903512348493],
    [10**12, 10**13, 10**12 + 4 * 10**6, 10**13, 0.002869144608330625],
    [20000000580, 20000000580, 20000001160, 20000001160, 1],
    [100, 1000, 100, 1000, 1], [0, 100, 0, 100, 1], [0, 0, 10, 100, 1],
]
GREY = "l1"


def plain_boxes(path):
    """Name, level, place and colour of the boxes in the picture for viewers without scripts."""
    boxes = []
    for e, look, title in view.plain_boxes(path):
        if look != "thin":
            name = re.fullmatch(r"(.*) \([\d,]+ .*\)", title, re.S).group(1)
            boxes.append([name, float(e.get("y")), round(float(e.get("x")) * 10), look])
    bottom = max(y for _, y, *_ in boxes)
    return [[name, round((bottom - y) / 17), x, look] for name, y, x, look in boxes]


def same(a, b):
    """The same boxes, to the rounding of pixels."""
    a, b = sorted(a), sorted(b)
    return len(a) == len(b) and all(
        x[:2] == y[:2] and abs(x[2] - y[2]) <= 1 and x[3] == y[3] for x, y in zip(a, b))


def looks_of(boxes):
    """Colours, without their shades, but grey."""
    return {look[0] if look != GREY else GREY for *_, look in boxes}


def test_picture(browser, directory, pictures):
    path = os.path.join(directory, "after.svg")
    plain = plain_boxes(path)
    browser.open("file://" + path)
    ok(browser.wait(view.PICTURE_READY), "the picture of a difference opens")
    drawn = browser.run(BOXES)
    ok(same(plain, drawn), "the viewer draws what the plain picture does",
       (len(plain), len(drawn), [(a, b) for a, b in zip(sorted(plain), sorted(drawn)) if not same([a], [b])][:5]))
    ok(looks_of(drawn) == {"w", "c", GREY}, "some is more, some less, some as before", looks_of(drawn))
    colours = {name: look for name, depth, _, look in drawn if depth == 2}
    ok(colours["gone"][0] == "c" and colours["new"][0] == "w" and colours["f1"][0] == "w",
       "what vanished is there, and what is new", colours)
    gone = browser.run(DETAILS, "gone")
    ok(gone == "0 samples, 0.00%, before 500 (2.44%), −2.44% vanished", "with its numbers", gone)
    if pictures:
        browser.screenshot(os.path.join(pictures, "diff-light.png"))
        browser.dark(True)
        browser.screenshot(os.path.join(pictures, "diff-dark.png"))
        browser.dark(False)
    browser.run("const s = document.documentElement.viewer.bar.colors; s.value = 'kind';"
                "s.dispatchEvent(new Event('change'));")
    ok(looks_of(browser.run(BOXES)) == {"o", "l"}, "other colours can be had", looks_of(browser.run(BOXES)))


def test_reverse(browser, directory):
    plain = plain_boxes(os.path.join(directory, "after-reverse.svg"))
    browser.open("file://" + os.path.join(directory, "after-reverse.svg"))
    browser.wait(view.PICTURE_READY)
    drawn = browser.run(BOXES)
    # What is judged together there are other nodes, so the limit may be a little different.
    different = [x for x, y in zip(sorted(plain), sorted(drawn)) if x[3] != y[3]]
    ok(len(plain) == len(drawn) and len(different) * 50 <= len(plain), "stacks from their leaves on",
       different[:5])


def test_noise(browser, directory):
    path = os.path.join(directory, "same.svg")
    ok(looks_of(plain_boxes(path)) == {GREY}, "two draws of one profile: all is grey",
       looks_of(plain_boxes(path)))
    browser.open("file://" + path)
    browser.wait(view.PICTURE_READY)
    ok(looks_of(browser.run(BOXES)) == {GREY}, "in the viewer, too")
    browser.open("file://" + os.path.join(directory, "same.html"))
    browser.wait(view.PAGE_READY)
    noisy = browser.run("""const p = window.app.whole;
return p.total.filter((n, i) => !compareNode(p, i).isNoise).length;""")
    ok(noisy == 0, "and in the page", noisy)


def test_page(browser, directory, pictures):
    browser.open("file://" + os.path.join(directory, "after.html"))
    ok(browser.wait(view.PAGE_READY), "the page opens")
    if pictures:
        browser.screenshot(os.path.join(pictures, "diff-page.png"))
    changes = browser.run(CHANGED)
    ok(changes["main;gone"] == "-2.44" and float(changes["main;new"]) > 1.9, "it has the same changes",
       changes["main;gone"])
    wrong = []
    for case in CASES:
        p = browser.run("const [b, B, a, A] = arguments[0];"
                        "return significance(a, b, { before: B, after: A });", case[:4])
        if abs(p / case[4] - 1) > 1e-6:
            wrong.append((case, p))
    ok(not wrong, "chance is what it is in C", wrong)


def test_accessibility(browser, directory):
    axe = view.axe_script(directory)
    if not axe:
        skip("npm cannot fetch axe-core", 4)
        return
    for name in ("after.svg", "after.html"):
        browser.open("file://" + os.path.join(directory, name))
        browser.wait(view.PICTURE_READY)
        for look in ("light", "dark"):
            browser.dark(look == "dark")
            view.check_accessibility(browser, axe, "%s, %s: no fault of accessibility" % (name, look))
    browser.dark(False)


def test(browser):
    directory, pictures = sys.argv[1], (sys.argv + [""])[2]
    test_picture(browser, directory, pictures)
    test_reverse(browser, directory)
    test_noise(browser, directory)
    test_page(browser, directory, pictures)
    test_accessibility(browser, directory)


sys.exit(view.main(test))
