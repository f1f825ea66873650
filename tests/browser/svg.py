# SPDX-License-Identifier: GPL-2.0-or-later
"""What svg.t asks of the SVG in a browser, as TAP: svg.py DIRECTORY [SCREENSHOTS]."""

import os
import re
import sys

import view
from tap import ok, skip

STATE = """const v = document.documentElement.viewer, text = e => e.textContent;
return {boxes: v.boxes.map(b => ({name: b.run ? '' : v.p.names[v.p.frame[b.node]], x: b.x, width: b.width,
	depth: b.depth, run: b.run, frames: b.end - b.node, match: b.rect.classList.contains('match'),
	faded: b.rect.classList.contains('faded')})),
	width: v.drawnWidth, result: text(v.bar.result), details: text(v.bar.details), hash: location.hash,
	drawn: document.querySelectorAll('g.graph rect').length - 2, nodes: v.p.n,
	invalid: v.bar.input.getAttribute('aria-invalid'), focus: document.activeElement === v.bar.input,
	picked: v.picked === null ? null : v.p.names[v.p.frame[v.picked]]};"""
LOOKS = """const v = document.documentElement.viewer, t = v.p.total;
return v.boxes.map(b => [v.y(b.depth) / v.rowHeight, b.x,
	b.rect.getAttribute('class').replace('f ', ''),
	b.run ? v.describe(b).name : v.p.names[v.p.frame[b.node]], v.describe(b).samples.toLocaleString("en")]);"""
PLACE = """const v = document.documentElement.viewer;
const b = v.boxes.find(b => v.p.names[v.p.frame[b.node]] === arguments[0] && !b.run);
const r = b.rect.getBoundingClientRect();
return [r.x + r.width / 2, r.y + r.height / 2];"""


class Page(view.View):
    """One SVG file in the browser."""

    READY = view.PICTURE_READY
    STATE = STATE
    PLACE = PLACE


def test_first_view(page):
    state = page.state()
    ok(page.ready and state["nodes"] == 4012, "the whole profile is read", state["nodes"])
    ok(state["drawn"] == len(state["boxes"]) and state["drawn"] < 50, "only what is visible is drawn",
       state["drawn"])
    runs = [b for b in state["boxes"] if b["run"]]
    ok(len(runs) == 1 and runs[0]["frames"] == 4000, "thin frames are one box with their number", runs)


def test_zoom(page, browser):
    page.click("thin")
    state = page.state()
    thin = page.box("thin")
    ok(page.fills("thin"), "a clicked frame fills the width", thin)
    ok(page.box("leaf_1234") is not None, "frames too thin before are drawn")
    ok(page.box("start")["faded"] and not thin["faded"], "ancestors stay, dimmed")
    ok(state["hash"] == "#z=main;start;thin", "the address has the path", state["hash"])
    browser.keys("Escape")
    ok(page.box("hot") is not None and page.state()["hash"] == "", "Escape shows everything again")
    browser.run("history.back();")
    ok(browser.wait("return location.hash === '#z=main;start;thin' && document.documentElement"
                    ".viewer.state.view.focus === 3;"), "back zooms in again")
    page.click("start")
    ok(page.box("hot") is not None, "a click on an ancestor zooms out to it")


def test_run_zoom(page, browser):
    browser.keys("Home")
    place = browser.run("const v = document.documentElement.viewer;"
                        "const r = v.boxes.find(b => b.run).rect.getBoundingClientRect();"
                        "return [r.x + r.width / 2, r.y + r.height / 2];")
    browser.click(*place)
    state = page.state()
    ok(page.box("leaf_7") and "r=0-4000" in state["hash"], "a click on the hatched box opens it",
       state["hash"])
    browser.keys("Home")


def test_thin_match(page, browser):
    browser.keys("/")
    browser.type("leaf_77$")
    state = page.state()
    ok([b["run"] for b in state["boxes"] if b["match"]] == [True], "a match in a hatched box marks it")
    ok(state["result"] == "1 frame matched: 0.00%", "with its share", state["result"])
    browser.keys("Escape")


def test_keys(page, browser):
    browser.run("document.documentElement.viewer.picked = null;")
    browser.keys("Down", "Up", "Up", "Up")
    ok(page.state()["picked"] == "hot", "arrows move to the widest child", page.state()["picked"])
    browser.keys("Right")
    ok(page.state()["picked"] != "hot", "and to the neighbour", page.state()["picked"])
    browser.keys("Left", "Enter")
    ok(page.fills("hot"), "Enter zooms")
    browser.keys("Backspace")
    ok(page.state()["hash"] == "#z=main;start", "Backspace goes up one", page.state()["hash"])
    browser.keys("Escape", "v")
    top = browser.run("return document.documentElement.viewer.boxes[0].rect.getAttribute('y');")
    ok(top == "0" and page.state()["hash"] == "#v=icicle", "v puts the root to the top")
    browser.keys("v")


def plain_boxes(path):
    """The boxes of the picture for viewers without scripts: place, colour, name, samples."""
    boxes = []
    for e, look, title in view.plain_boxes(path):
        found = re.fullmatch(r"(.*?) \(([\d,]+) [^,]+, [\d.]+%(, before .*)?\)", title, re.S)
        boxes.append((float(e.get("x")), float(e.get("y")) / (float(e.get("height")) + 1), look,
                      found.group(1), found.group(2)))
    return boxes


def same_boxes(page, plain):
    """Whether the viewer shows what the plain picture does, to the rounding of pixels."""
    drawn = page.browser.run(LOOKS)
    top = min(y for _, y, *_ in plain) if plain else 0
    wanted = sorted((round(y - top), x, *rest) for x, y, *rest in plain)
    got = sorted((row, x, *rest) for row, x, *rest in drawn)
    good = len(wanted) == len(got) and all(
        a[0] == b[0] and abs(a[1] - b[1]) < 0.03 and list(a[2:]) == list(b[2:])
        for a, b in zip(wanted, got))
    different = [(a, b) for a, b in zip(wanted, got) if list(a[2:]) != list(b[2:])][:4]
    return good, (len(wanted), len(got), different)


def test_palettes(browser, directory):
    kind = os.path.join(directory, "plain-kind.svg")
    for palette in ("kind", "name", "module", "share", "hot", "chain", "purple"):
        path = os.path.join(directory, "plain-%s.svg" % palette)
        page = Page(browser, path)
        ok(*shuffle(same_boxes(page, plain_boxes(path)), "palette %s: the viewer has it" % palette))
        page = Page(browser, kind, "#c=" + palette)
        ok(*shuffle(same_boxes(page, plain_boxes(path)), "and by the address of another: " + palette))
    page = Page(browser, kind)
    browser.run("const s = document.documentElement.viewer.bar.colors; s.value = 'name';"
                "s.dispatchEvent(new Event('change'));")
    plain = plain_boxes(os.path.join(directory, "plain-name.svg"))
    ok(*shuffle(same_boxes(page, plain), "the list of palettes changes the colours"))
    ok(page.state()["hash"] == "#c=name", "and the address", page.state()["hash"])
    browser.keys("c")
    ok(page.state()["hash"] == "#c=module", "c goes to the next", page.state()["hash"])


def shuffle(result, what):
    """ok()'s arguments."""
    return result[0], what, result[1]


def test_reverse(browser, directory):
    path = os.path.join(directory, "plain-reverse.svg")
    page = Page(browser, path)
    ok(*shuffle(same_boxes(page, plain_boxes(path)), "reverse, inverted, larger: as the plain picture"))
    state = page.state()
    ok(state["hash"] == "", "what the file begins with is not in the address", state["hash"])
    size = browser.run("return getComputedStyle(document.querySelector('.label')).fontSize;")
    ok(size == "15px", "the size of the text is the file's", size)
    total = browser.run("return document.documentElement.viewer.p.total[0];")
    browser.keys("r")
    ok(page.state()["hash"] == "#t=calls", "r turns the stacks", page.state()["hash"])
    ok(browser.run("return document.documentElement.viewer.p.total[0];") == total, "the total is the same")
    browser.keys("r", "v")
    ok(page.state()["hash"] == "#v=flame", "v turns the picture", page.state()["hash"])
    kind = os.path.join(directory, "plain-kind.svg")
    page = Page(browser, kind)
    before = page.browser.run(LOOKS)
    browser.keys("r", "r")
    ok(page.browser.run(LOOKS) == before, "twice gives the same again")
    browser.keys("r", "/")
    browser.type("f3")
    result = page.state()["result"]
    page = Page(browser, kind, page.state()["hash"])
    ok(page.state()["result"] == result and "t=reverse" in page.state()["hash"],
       "the address restores a search in the reverse", result)
    share = re.search(r"([\d.]+%)", result).group(1)
    page = Page(browser, kind, "#s=f3")
    ok(share in page.state()["result"], "which finds the same share", page.state()["result"])


def test_difference(browser, directory):
    path = os.path.join(directory, "plain-change.svg")
    page = Page(browser, path)
    ok(*shuffle(same_boxes(page, plain_boxes(path)), "difference: the viewer shows what the plain picture does"))
    browser.keys("/")
    browser.type("new")
    result = page.state()["result"]
    ok(result == "1 frame matched: 3.74%", "difference: a search counts what is there now", result)
    browser.keys("Enter")
    details = page.state()["details"]
    ok(details == "80 samples, 3.74%, before 0 (0.00%), +3.74% · new", "difference: the change is told", details)
    browser.keys("Escape")
    browser.run("const v = document.documentElement.viewer; v.picked = v.boxes.find("
                "b => v.p.names[v.p.frame[b.node]] === 'gone').node; v.showPick();")
    details = page.state()["details"]
    ok(details == "0 samples, 0.00%, before 80 (7.69%), −7.69% vanished · gone",
       "difference: what vanished is there", details)
    page.click("gone")
    ok(page.box("gone")["width"] > 1000, "difference: and can be zoomed to")
    browser.keys("r")
    names = [b["name"] for b in page.state()["boxes"]]
    ok({"gone", "new", "c"} < set(names) and page.state()["hash"] == "#t=reverse",
       "difference: in reverse, too", names)


def test_help(browser, path):
    page = Page(browser, path)
    browser.keys("?")
    shown = browser.run("const h = document.querySelector('.help');"
                        "return [h.hidden, h.textContent, document.activeElement === h];")
    ok(not shown[0] and shown[2], "? shows help, and the focus is in it")
    ok("Ctrl-F" in shown[1] and "<b>note</b>" in shown[1], "with keys and notes, as text", shown[1])
    browser.keys("Escape")
    hidden = browser.run("return document.querySelector('.help').hidden;")
    ok(hidden, "Escape closes it")
    title = browser.run("return document.querySelector('.subtitle').textContent;")
    ok(title.startswith("<b>sub</b> · ") and title.endswith(" bytes"), "subtitle and unit are text", title)
    browser.keys("Up", "Up")
    ok(" bytes, " in page.state()["details"], "the unit is in the details", page.state()["details"])


def test_accessibility(browser, directory):
    axe = view.axe_script(directory)
    if not axe:
        skip("npm cannot fetch axe-core", 6)
        return
    Page(browser, os.path.join(directory, "zoom.svg"))
    for look in ("light", "dark"):
        browser.dark(look == "dark")
        view.check_accessibility(browser, axe, "%s: no fault of accessibility" % look)
        browser.keys("/")
        browser.type("hot|below")
        view.check_accessibility(browser, axe, "%s: nor while searching" % look)
        browser.keys("Escape", "?")
        view.check_accessibility(browser, axe, "%s: nor in the help" % look)
        browser.keys("Escape")
    browser.dark(False)


def test_address(browser, path):
    page = Page(browser, path, "#z=main;start;work&s=bar&i=1")
    state = page.state()
    ok(page.fills("work"), "the address restores the zoom")
    ok(state["result"].startswith("2 frames matched"), "and the search", state["result"])
    page = Page(browser, path, "#z=main;gone;x&s=%E0%A4%A")
    ok(page.ready and page.box("main") is not None, "a damaged or old address is harmless")


def test_narrow(browser, path):
    browser.resize(420, 700)
    page = Page(browser, path)
    state = page.state()
    ok(350 < state["width"] < 420, "the picture follows the width of the window", state["width"])
    browser.resize(1200, 800)


def test_hostile(browser, path):
    page = Page(browser, path)
    ok(page.ready and browser.dialog() is None, "hostile names: the picture is drawn, no dialog")
    for box in list(page.state()["boxes"]):
        if box["width"] > 2:
            browser.run("const v = document.documentElement.viewer; v.picked = v.boxes.find(b =>"
                        "b.x === arguments[0] && b.depth === arguments[1]).node; v.showPick();",
                        box["x"], box["depth"])
    browser.point(600, 300)
    ok(browser.run("return window.hit === undefined;"), "hostile names: no script ran")
    ok(browser.run("return document.querySelectorAll('script').length;") == 1,
       "hostile names: no element was made")
    view.check_hostile_names([b["name"] for b in page.state()["boxes"]])


def test_probes(browser, path):
    page = Page(browser, path)
    name = "uprobe:a.out:f(int);<b>"
    page.click(name)
    state = page.state()
    ok(page.fills(name), "probes: a click zooms to one")
    ok(page.box("kprobe:vfs_read") is None, "probes: the others are out of sight")
    ok(state["details"] == "3 hits, 75.00% of all, 100.00% of what is shown · " + name,
       "probes: hits are counted", state["details"])
    browser.keys("Home", "/")
    browser.type("^kprobe:")
    ok(page.state()["result"] == "1 frame matched: 25.00%", "probes: a search finds them by name",
       page.state()["result"])
    page = Page(browser, path, state["hash"])
    ok(page.box("kprobe:vfs_read") is None and page.box(name) is not None,
       "probes: the address restores the zoom", state["hash"])


def test_names(browser):
    drawn = browser.run("const v = document.documentElement.viewer;"
                        "return [70, 30, 24, 13, 7].map(n => v.fit(v.shortsOf(arguments[0]), n * v.charWidth + 6));",
                        "std::vector<int, std::allocator<int> >::push_back(int const&)")
    ok(drawn == ["std::vector<int, std::allocator<int> >::push_back(int const&)", "std::vector<…>::push_back(…)",
                 "vector<…>::push_back(…)", "push_back(…)", "push_b…"],
       "names that do not fit lose arguments, then namespaces", drawn)


def test_old_browser(browser, path):
    browser.begin_with("delete window.DecompressionStream;")
    Page(browser, path, seconds=1)
    text = browser.run("return document.getElementById('plain').textContent;")
    ok("no zoom and no search" in text and "Foo::bar(int)" in text,
       "without DecompressionStream the plain picture stays, with a note", text)


def test(browser):
    directory, pictures = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    path = os.path.join(directory, "zoom.svg")
    page = Page(browser, path)
    test_first_view(page)
    test_names(browser)
    if pictures:
        browser.screenshot(os.path.join(pictures, "zoom-light.png"))
    test_zoom(page, browser)
    test_run_zoom(page, browser)
    view.test_search(page, browser, "FOO::", ["start", "recurse", "recurse", "recurse"])
    test_thin_match(page, browser)
    test_keys(page, browser)
    test_address(browser, path)
    test_palettes(browser, directory)
    test_reverse(browser, directory)
    test_difference(browser, directory)
    test_help(browser, os.path.join(directory, "plain-reverse.svg"))
    test_accessibility(browser, directory)
    test_narrow(browser, path)
    test_hostile(browser, os.path.join(directory, "hostile.svg"))
    test_probes(browser, os.path.join(directory, "probes.svg"))
    if pictures:
        browser.dark(True)
        browser.screenshot(os.path.join(pictures, "hostile-dark.png"))
    test_old_browser(browser, path)


sys.exit(view.main(test))
