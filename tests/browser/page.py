# SPDX-License-Identifier: GPL-2.0-or-later
"""What html.t asks of the page in a browser, as TAP: page.py DIRECTORY [SCREENSHOTS]."""

import os
import sys

import view
from tap import ok, skip

STATE = """const a = app, g = a.flame, text = id => document.getElementById(id).textContent;
const p = a.shown, boxes = (g.byDepth || []).flat();
return {boxes: boxes.map(b => ({name: b.run ? '' : p.names[p.frame[b.node]], x: b.x, width: b.width,
	depth: b.depth, run: b.run, frames: b.end - b.node})),
	width: g.width, nodes: p.n, total: p.total[0], result: text('result'), details: text('details'),
	hash: location.hash, tab: a.state.tab, focus: document.activeElement.id === 'search',
	invalid: document.getElementById('search').getAttribute('aria-invalid'),
	filters: [...document.querySelectorAll('#filters li bdi')].map(e => e.textContent),
	visible: [...document.querySelectorAll('main > section')].filter(s => !s.hidden).map(s => s.id),
	picked: g.picked ? p.names[p.frame[g.picked]] : null, message: text('message'),
	messageShown: !document.getElementById('message').hidden};"""
PLACE = """const g = app[arguments[1]], p = g.profile;
const b = g.byDepth.flat().find(b => arguments[0] ? !b.run && p.names[p.frame[b.node]] === arguments[0] : b.run);
const r = g.scroller.getBoundingClientRect();
return [r.x + b.x + b.width / 2, r.y + g.y(b.depth) - g.scroller.scrollTop + 8];"""
MIDDLE = """const r = document.querySelector(arguments[0]).getBoundingClientRect();
return [r.x + r.width / 2, r.y + r.height / 2];"""
ROWS = """return [...document.querySelectorAll(arguments[0] + ' .list-row:not([hidden])')]
	.sort((a, b) => a.index - b.index).map(r => [...r.children].map(c => c.textContent));"""
GRAPH = """const p = app[arguments[0]].profile;
return Array.from({length: Math.min(p.n, 40)}, (_, i) => [p.depth[i], p.names[p.frame[i]], p.total[i]]);"""
# Every stack of the profile that is shown, with its own samples.
STACKS = """const p = app.shown, out = [];
for (let i = 1; i < p.n; i++) {
	const path = [];
	for (let j = i; j; j = p.parent[j])
		path.unshift(labelOfFrame(p, p.frame[j]));
	if (p.self[i])
		out.push(path.join(';') + ' ' + p.self[i]);
}
return out;"""
# Places of the arrays that contradict each other.
FAULTS = """const p = app.shown, bad = [];
for (let i = 0; i < p.n; i++) {
	let sum = p.self[i], at = p.start[i];
	for (let c = i + 1; c < p.end[i]; c = p.end[c]) {
		if (p.parent[c] !== i || p.depth[c] !== p.depth[i] + 1 || p.start[c] !== at)
			bad.push(c);
		sum += p.total[c];
		at += p.size[c];
	}
	if (sum !== p.total[i])
		bad.push(i);
}
return bad;"""
VECTOR = "std::vector<int, std::allocator<int> >::push_back(int const&)"


class Page(view.View):
    """The page of one file; graph is flame, callers or callees, and the box "" the first hatched one."""

    READY = view.PAGE_READY
    STATE = STATE
    PLACE = PLACE

    def click(self, name, graph="flame"):
        super().click(name, graph)

    def press(self, selector):
        """Click on an element."""
        self.browser.click(*self.browser.run(MIDDLE, selector))

    def menu(self, name, item):
        """Open the menu of a box by the right button, and choose."""
        self.browser.click(*self.browser.run(PLACE, name, "flame"), button=2)
        items = self.browser.run("return [...document.querySelectorAll('#menu button')].map(e => e.textContent);")
        for _ in range(items.index(item)):
            self.browser.keys("Down")
        self.browser.keys("Enter")
        return items


def test_first_view(page, browser):
    state = page.state()
    ok(page.ready and state["nodes"] == 4012 and state["total"] == 98000, "the whole profile is read",
       (state["nodes"], state["total"]))
    ok(browser.run(FAULTS) == [], "its arrays agree")
    runs = [b for b in state["boxes"] if b["run"]]
    ok(len(runs) == 1 and runs[0]["frames"] == 4000, "thin frames are one box with their number", runs)
    ok(len(state["boxes"]) < 50, "only what is visible is laid out", len(state["boxes"]))
    ok(browser.run("return document.title;") == '<b>Title</b> & "so"' and
       browser.run("return document.getElementById('title').textContent;") == '<b>Title</b> & "so"',
       "the title is text")
    painted = browser.run(
        "const c = app.flame.canvas, d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "const seen = new Set(); for (let i = 0; i < d.length; i += 4)"
        " seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return seen.size;")
    ok(painted > 20, "the canvas is painted", painted)


def test_zoom(page, browser):
    page.click("thin")
    state = page.state()
    ok(page.fills("thin"), "a clicked frame fills the width")
    ok(page.box("leaf_1234") is not None, "frames too thin before are there")
    ok(state["hash"] == "#z=main;start;thin", "the address has the path", state["hash"])
    browser.keys("Escape")
    ok(page.box("hot") is not None and page.state()["hash"] == "", "Escape shows everything again")
    browser.run("history.back();")
    ok(browser.wait("return location.hash === '#z=main;start;thin' && app.flame.view.focus === 3;"),
       "back zooms in again")
    page.click("start")
    ok(page.box("hot") is not None, "a click on an ancestor zooms out to it")
    browser.keys("Home")
    page.click("")
    ok(page.box("leaf_7") is not None, "a click on the hatched box opens it", page.state()["hash"])
    browser.keys("Backspace")
    browser.keys("Home", "w")
    part = browser.run("return (app.flame.view.high - app.flame.view.low) / app.shown.size[0];")
    browser.keys("d")
    ok(abs(part - 0.7) < 0.01, "w zooms in", part)
    ok("r=" in page.state()["hash"], "d moves, and the address has the range", page.state()["hash"])
    browser.keys("Home")
    ok(page.state()["hash"] == "", "Home shows everything again", page.state()["hash"])


def test_keys(page, browser):
    browser.run("app.flame.picked = 0;")
    browser.keys("Down", "Up", "Up")
    ok(page.state()["picked"] == "hot", "arrows move to the widest child", page.state()["picked"])
    browser.keys("Right")
    ok(page.state()["picked"] != "hot", "and to the neighbour", page.state()["picked"])
    browser.keys("Left", "Enter")
    ok(page.fills("hot"), "Enter zooms")
    details = page.state()["details"]
    ok(details.startswith("hot50,000 samples, 51.02%") and "user code" in details,
       "the frame is told in words", details)
    browser.keys("Backspace")
    ok(page.state()["hash"] == "#z=main;start", "Backspace goes up one", page.state()["hash"])
    browser.keys("Escape", "v")
    ok(browser.run("return app.flame.y(0) === 0;") and page.state()["hash"] == "#v=icicle",
       "v puts the root to the top")
    browser.keys("v", "?")
    ok(browser.run("return document.getElementById('help').open;"), "? shows the keys")
    browser.keys("Escape", "c")
    ok(page.state()["hash"] == "#c=module", "c changes the colours", page.state()["hash"])
    browser.keys("c", "c")
    ok(page.state()["hash"] == "", "and comes round again", page.state()["hash"])


def test_functions(page, browser):
    browser.keys("2")
    state = page.state()
    ok(state["visible"] == ["functions"] and state["hash"].startswith("#t=functions"), "2 shows the functions", state)
    rows = browser.run(ROWS, "#function-list")
    ok([r[3] for r in rows[:4]] == ["hot", "malloc", "bar", "recurse"], "those with most samples first", rows[:4])
    ok(rows[0][:3] == ["51.02%", "51.02%", "50,000"] and rows[3][:3] == ["4.08%", "4.08%", "4,000"],
       "recursion counts once", rows[:4])
    ok(len(rows) < 100, "only rows in sight are made", len(rows))
    browser.keys("Down", "Down")
    ok(browser.run("return document.querySelector('#function-name bdi').textContent;") == "bar",
       "arrows choose a function")
    ok(browser.run(GRAPH, "callers") == [[0, "all", 10000], [1, "bar", 10000], [2, "work", 10000],
                                         [3, "start", 10000], [4, "main", 10000]],
       "its callers", browser.run(GRAPH, "callers"))
    page.press("#function-list .total button")
    rows = browser.run(ROWS, "#function-list")
    ok([r[3] for r in rows[:2]] == ["main", "start"], "sorted by total after a click", rows[:3])
    page.press("#function-list .list-row:nth-child(3)")
    callees = browser.run(GRAPH, "callees")
    ok(callees[1][1] in ("hot", "work") and callees[1][2] in (50000, 44000), "a click chooses", callees[:3])
    browser.keys("/")
    browser.type("^recurse$")
    ok(len(browser.run(ROWS, "#function-list")) == 1, "a search leaves the rows that match")
    ok(browser.run(GRAPH, "callees")[:2] == [[0, "all", 4000], [1, "recurse", 4000]], "callees of recursion",
       browser.run(GRAPH, "callees"))
    browser.keys("Escape")
    browser.resize(900, 800)
    browser.run("app.showFunction(app.shown.names.indexOf(arguments[0]));", VECTOR)
    shown = browser.run(
        "const cell = [...document.querySelectorAll('#function-list .list-row .function')]"
        ".find(e => e.title === arguments[0]); return cell && [cell.textContent, cell.scrollWidth <= cell.clientWidth];",
        VECTOR)
    ok(shown == ["vector<…>::push_back(…)", True] or shown == ["push_back(…)", True],
       "a name that does not fit loses its arguments", shown)
    browser.resize(1200, 800)
    browser.run("app.shown.names[0] = 'std::x<' + 'a, '.repeat(700) + '>::f()'; app.showSandwich(0);")
    seen = browser.run("const e = document.querySelector('#function-name .numbers'), r = e.getBoundingClientRect();"
                       "return document.elementFromPoint(r.x + 4, r.y + 4) === e;")
    ok(seen, "the numbers of a function with a long name are in sight")
    browser.command("POST", "/refresh")
    browser.wait(Page.READY)


def test_tree(page, browser):
    browser.keys("3")
    rows = browser.run(ROWS, "#tree")
    ok([r[3].strip("▾▸") for r in rows[:3]] == ["main", "start", "hot"], "the hot path of the tree is open", rows)
    browser.keys("Down", "Down", "Down")
    browser.keys("Down")
    ok(page.state()["details"].startswith("work"), "arrows move", page.state()["details"])
    browser.keys("Right")
    rows = browser.run(ROWS, "#tree")
    ok(VECTOR in rows[4][3], "right opens a branch", rows[:6])
    level = browser.run("return document.querySelector('#tree [aria-selected=true]').getAttribute('aria-level')"
                        " + document.querySelector('#tree [aria-selected=true]').getAttribute('aria-expanded');")
    ok(level == "3true", "levels are told to screen readers", level)
    browser.keys("Left")
    ok(len(browser.run(ROWS, "#tree")) == len(rows) - 3, "left closes it")
    browser.keys("4")
    text = browser.run("return document.getElementById('about').innerText;")
    ok(all(word in text for word in ("./work --hard", "box", "6.1.0", "99 Hz", "98.7 Hz", "90,000", "17", "perf",
                                     "odd_fact", "42", "98,000")), "all facts are told", text)
    ok(browser.run("const a = document.getElementById('about'); return a.scrollWidth <= a.clientWidth;"),
       "in the width of the window")
    browser.keys("1")


def test_derived(page, browser, folded):
    whole = sorted(browser.run(STACKS))
    ok(whole == sorted(folded), "the stacks are those of collapsed", list(set(whole) ^ set(folded))[:4])
    browser.keys("r")
    state = page.state()
    inverted = browser.run(STACKS)
    ok(state["total"] == 98000 and browser.run(FAULTS) == [] and state["hash"] == "#x=1", "inverted: nothing is lost")
    ok(sorted(";".join(s.rsplit(" ", 1)[0].split(";")[::-1]) + " " + s.rsplit(" ", 1)[1] for s in inverted) == whole,
       "inverted: every stack the other way round", inverted[:3])
    browser.keys("r", "g")
    ok(page.state()["hash"] == "#g=none" and page.state()["nodes"] == 4011, "threads as one", page.state()["hash"])
    browser.keys("g")
    names = [b["name"] for b in page.state()["boxes"] if b["depth"] == 1]
    ok(names == ["first (7)", "second (8)"] and page.state()["total"] == 98000 and browser.run(FAULTS) == [],
       "grouped by process", names)
    browser.keys("g")
    names = [b["name"] for b in page.state()["boxes"] if b["depth"] == 1]
    ok(names == ["main (71)", "unknown"], "grouped by thread, where it is known", names)
    browser.keys("g")
    names = [b["name"] for b in page.state()["boxes"] if b["depth"] == 1]
    ok(names == ["cpu_00", "cpu_02", "cpu_10"], "grouped by CPU, in their order", names)
    widths = [round(b["width"] / page.state()["width"] * 98) for b in page.state()["boxes"] if b["depth"] == 1]
    ok(widths == [30, 48, 20], "with their samples", widths)
    browser.keys("g")
    ok(page.state()["hash"] == "" and sorted(browser.run(STACKS)) == whole, "and back")


def test_looks(browser, path):
    page = Page(browser, path)
    state = browser.run("const s = document.getElementById('colour').value, p = id => "
                        "document.getElementById(id).getAttribute('aria-pressed');"
                        "return [s, p('icicle'), p('invert'), location.hash];")
    ok(state == ["name", "true", "true", ""], "the page begins as its options say", state)
    text = browser.run("return document.getElementById('subtitle').textContent;")
    ok(text.startswith("<i>sub</i> · "), "the subtitle is text", text)
    browser.keys("v", "r")
    ok(page.state()["hash"] == "#v=flame&x=0", "what differs from that is in the address", page.state()["hash"])
    browser.keys("v", "r")


def test_filters(page, browser):
    items = page.menu("work", "Without samples of this function")
    ok(len(items) >= 7, "the right button has a menu", items)
    state = page.state()
    ok(state["total"] == 54000 and state["filters"] == ["work"] and browser.run(FAULTS) == [],
       "samples of a function can be left out", state["filters"])
    page.menu("start", "Hide this function, keep its samples")
    ok(page.state()["total"] == 54000 and page.box("start") is None, "a function can be hidden")
    page.menu("thin", "Only this function and what it calls")
    state = page.state()
    ok(state["total"] == 4000 and len(state["filters"]) == 3, "or be all that is left", state["filters"])
    ok(state["hash"] == "#o=drop:work;hide:start;focus:thin", "the address has the filters", state["hash"])
    browser.keys("u", "u")
    ok(page.state()["filters"] == ["work"], "u undoes them one by one")
    page.press("#filters button")
    ok(page.state()["total"] == 98000 and page.state()["hash"] == "", "so does a click")
    page.menu("bar", "Callers and callees")
    ok(page.state()["tab"] == "functions" and
       browser.run("return document.querySelector('#function-name bdi').textContent;") == "bar",
       "callers and callees by the menu")
    browser.keys("1")
    page.menu("bar", "Show in the tree")
    ok(page.state()["tab"] == "tree" and
       "bar" in browser.run("return document.querySelector('#tree [aria-selected=true]').textContent;"),
       "the tree opens at a frame by the menu")
    browser.keys("1")


def test_pointer(page, browser):
    browser.point(*browser.run(PLACE, VECTOR, "flame"))
    tip = browser.run("const t = document.getElementById('tip'); return t.hidden ? '' : t.innerText;")
    ok(VECTOR in tip and "30,000 samples, 30.61%" in tip, "the pointer tells the frame", tip)
    drawn = browser.run("return [32, 26, 13, 6].map(chars => { const g = app.flame, p = g.profile;"
                        "const node = g.byDepth.flat().find(b => p.names[p.frame[b.node]] === arguments[0]).node;"
                        "return g.textOf({ node, width: chars * g.charWidth + 9, run: false }); });", VECTOR)
    ok(drawn == ["std::vector<…>::push_back(…)", "vector<…>::push_back(…)", "push_back(…)", "push_…"],
       "names that do not fit lose arguments, then namespaces", drawn)
    names = {
        "main": "main", "[lib+0x1]": "[lib+0x1]", "operator new(unsigned long)": "operator new(…)",
        "bool v8::Y<int>::f<char>(int) [clone .isra.0]": "f<…>(…) [clone .isra.0]",
        "a::(anonymous namespace)::Invoke(int)": "Invoke(…)", "foo::bar(int) const": "bar(…) const",
        "<alloc::vec::Vec<T> as core::ops::Drop>::drop": "drop", "a::b::operator<<(int)": "operator<<(…)",
        "bool std::operator< <char>(std::string<char> const&)": "operator< <…>(…)", "cc1plus (10729)": "cc1plus",
        "std::less<int>::operator()(int, int) const": "operator()(…) const",
        "S::operator std::vector<int>() const": "operator std::vector<…>() const",
        "core::FnOnce::call_once{{vtable.shim}}": "call_once{{vtable.shim}}", "java/lang/String.hash":
        "java/lang/String.hash", "a<b::c": "a<b::c", "f(": "f(", "::": "::", "<": "<"}
    got = browser.run("return arguments[0].map(name => shortNames(name).pop());", list(names))
    ok(got == list(names.values()), "the shortest form of a name is the function's own", got)


def test_address(browser, path):
    page = Page(browser, path, "#z=main;start;work&s=bar&i=1&v=icicle")
    ok(page.fills("work") and page.state()["result"].startswith("1 frame matched"),
       "the address restores zoom and search", page.state()["result"])
    page = Page(browser, path, "#t=functions&f=bar_[k]&x=1&g=cpu&o=drop:hot")
    ok(page.state()["tab"] == "functions" and page.state()["total"] == 48000 and
       browser.run("return document.querySelector('#function-name bdi').textContent;") == "bar",
       "and view, function, grouping and filters", page.state()["hash"])
    for fragment in ("#z=main;gone;x&s=%E0%A4%A", "#t=x&c=y&g=z&r=5-1&o=eat:x;drop:nobody", "#z=%ff&r=-"):
        page = Page(browser, path, fragment)
        ok(page.ready and page.state()["total"] == 98000, "a damaged address is harmless: " + fragment)


def test_difference(browser, path, pictures):
    page = Page(browser, path)
    colour = browser.run("const p = app.shown, c = app.flame.colours, of = name => { for (let i = 1; i < p.n; i++)"
                         " if (p.names[p.frame[i]] === name) return compareNode(p, i); };"
                         "return ['gone', 'deep', 'less', 'new', 's5', 'few'].map(of);")
    ok([c["isNoise"] for c in colour] == [False, False, False, False, True, True], "what is more than chance", colour)
    ok([c["change"] > 0 for c in colour[:4]] == [False, False, False, True], "which way it went", colour)
    faults = browser.run("const p = app.whole, bad = []; for (let i = 0; i < p.n; i++)"
                         " if (compareShares(p.total[i], p.beforeTotal[i], p.sums).isNoise !== !(p.changed[i] & 2))"
                         " bad.push(i); return bad;")
    ok(faults == [], "the page judges as the command does", faults)
    gone = page.box("gone")
    ok(gone and abs(gone["width"] / page.state()["width"] - 1000 / 6004 / 2) < 0.01,
       "what vanished has half of its share", gone)
    browser.point(*browser.run(PLACE, "gone", "flame"))
    tip = browser.run("return document.getElementById('tip').innerText;")
    ok("0 samples" in tip and "before 1,000 (16.66%), −16.66% vanished" in tip, "and is told", tip)
    if pictures:
        browser.screenshot(os.path.join(pictures, "html-diff.png"))
    browser.run("app.change({width: 'after'});")
    ok(page.box("gone") is None and page.fills("main"), "widths can be those after")
    browser.run("app.change({width: 'before'});")
    ok(page.box("new") is None and page.box("gone") is not None, "or those before", page.state()["hash"])
    browser.run("app.change({width: 'both'});")
    browser.keys("r")
    deep = page.box("deep")
    ok(browser.run("return app.shown.beforeTotal[0];") == 6004 and deep and deep["depth"] == 1,
       "reversed: nothing is lost", deep)
    browser.keys("r", "2")
    rows = browser.run(ROWS, "#function-list")
    ok([(r[4], r[2]) for r in rows[:3]] == [("new", "+21.71%"), ("less", "−17.40%"), ("deep", "−16.66%")],
       "functions begin with what changed most", rows[:4])
    text = browser.run("return document.getElementById('subtitle').textContent;")
    ok("before 6,004" in text, "the title tells both", text)


def test_narrow(browser, path):
    browser.resize(500, 700)
    page = Page(browser, path)
    ok(400 < page.state()["width"] <= 500 and
       browser.run("return document.documentElement.scrollWidth <= innerWidth;"), "a narrow window is enough")
    browser.keys("2")
    ok(len(browser.run(ROWS, "#function-list")) > 3, "for the functions, too")
    browser.resize(1200, 800)


def test_height(browser, path):
    Page(browser, path)
    seen = []
    for height in (800, 500, 1000, 700):
        browser.resize(1200, height)
        seen.append(browser.run("const e = document.querySelector('#flame .scroller');"
                                "return e.scrollHeight - e.scrollTop - e.clientHeight;"))
    ok(all(abs(below) <= 1 for below in seen), "the root stays in sight when the window's height changes", seen)
    browser.resize(1200, 800)


def test_details(browser, path):
    heights = []
    for width in (500, 1200):
        browser.resize(width, 800)
        page = Page(browser, path)
        browser.run("app.shown.names[app.shown.names.indexOf('work')] = 'std::x<' + 'a, '.repeat(300) + '>::f()';")
        heights.append([browser.run("return app.flame.scroller.clientHeight;")])
        for name in ("hot", "std::x<" + "a, " * 300 + ">::f()"):
            browser.run("const p = app.shown; let i = 1; while (p.names[p.frame[i]] !== arguments[0]) i++;"
                        "app.tellNode(p, i);", name)
            heights[-1].append(browser.run("return app.flame.scroller.clientHeight;"))
    ok(all(len(set(h)) == 1 for h in heights), "telling of a frame does not move the picture", heights)
    details = page.state()["details"]
    seen = browser.run("const e = document.querySelector('#details .numbers'); return e.scrollWidth <= e.clientWidth;")
    ok(seen and "44,000 samples" in details, "and its numbers are in sight behind a long name", details[-200:])


def test_print(browser, path):
    page = Page(browser, path, "#z=main;start;work")
    browser.command("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"media": "print"}})
    ok(browser.run("return ['.search', '[role=tablist]', '.tools'].every(e => !document.querySelector(e).offsetParent) &&"
                   " !!document.getElementById('title').offsetParent;") and page.fills("work"),
       "what cannot be used on paper is not printed")
    browser.command("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"media": ""}})
    browser.dark(False, still=True)


def test_narrow_difference(browser, path):
    browser.resize(500, 700)
    browser.command("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
        "width": 400, "height": 700, "deviceScaleFactor": 1, "mobile": False}})
    Page(browser, path, "#t=functions")
    ends = browser.run("return [...document.querySelectorAll('#function-list .list-row .function')].map("
                       "e => e.getBoundingClientRect().right);")
    ok(ends and max(ends) <= 400, "names of a difference are in sight in 400 pixels", ends[:3])
    browser.command("POST", "/goog/cdp/execute", {"cmd": "Emulation.clearDeviceMetricsOverride", "params": {}})
    browser.resize(1200, 800)


def test_hostile(browser, path, pictures):
    Page(browser, os.path.join(os.path.dirname(path), "page.html"))
    scripts = browser.run("return document.querySelectorAll('script').length;")
    page = Page(browser, path)
    ok(page.ready and browser.dialog() is None, "hostile names: the page is drawn, no dialog")
    for _ in range(12):
        browser.keys("Down", "Right")
    for key in ("r", "g", "2", "3", "4"):
        browser.keys(key)
    ok(browser.run("return window.hit === undefined;"), "hostile names: no script ran")
    ok(browser.run("return document.querySelectorAll('script').length;") == scripts and
       browser.run("return document.querySelectorAll('img, svg, b').length;") == 0,
       "hostile names: no element was made")
    view.check_hostile_names(browser.run("return app.whole.names;"))
    blocked = browser.run(
        "const s = document.createElement('script');"
        "try { s.textContent = 'window.hit = 2'; } catch (e) { s.append('window.hit = 2'); }"
        "document.body.append(s); return window.hit === undefined;")
    ok(blocked, "the policy stops a script that is not the page's")
    if pictures:
        browser.screenshot(os.path.join(pictures, "html-hostile.png"))


def test_empty(browser, path):
    page = Page(browser, path)
    state = page.state()
    ok(page.ready and state["messageShown"] and state["message"] == "No samples were taken.",
       "without samples it says so", state["message"])
    browser.keys("2", "3", "r", "/", "x", "Escape", "4")
    ok(browser.run("return app.state.tab;") == "about", "and every key is harmless")
    state = Page(browser, path.replace("empty", "filtered")).state()
    ok(state["message"] == "No samples are left by the filters.", "nor do filters leave any", state["message"])


def test_old_browser(browser, path):
    browser.begin_with("delete window.DecompressionStream;")
    browser.open("file://" + path)
    text = browser.run("return document.getElementById('message').innerText;")
    ok("too old" in text, "without DecompressionStream it says so", text)


def test_axe(browser, directory, pictures):
    axe = view.axe_script(directory)
    Page(browser, os.path.join(directory, "page.html"))
    for name in ("light", "dark"):
        browser.dark(name == "dark", still=True)
        for part, keys in (("flame", ("1", "/", "l")), ("functions", ("Escape", "2")), ("tree", ("3",)),
                           ("about", ("4",)), ("help", ("?",))):
            browser.keys(*keys)
            if pictures:
                browser.screenshot(os.path.join(pictures, "html-%s-%s.png" % (part, name)))
            if axe:
                view.check_accessibility(browser, axe, "%s, %s: no fault of accessibility" % (part, name))
            else:
                skip("npm cannot fetch axe-core")
        browser.keys("Escape")
    browser.dark(False, still=True)


def test(browser):
    directory, pictures = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    path = os.path.join(directory, "page.html")
    with open(os.path.join(directory, "page.folded"), encoding="utf-8") as file:
        folded = file.read().splitlines()
    browser.dark(False, still=True)
    page = Page(browser, path)
    test_first_view(page, browser)
    test_zoom(page, browser)
    test_keys(page, browser)
    view.test_search(page, browser, "PUSH_")
    test_functions(page, browser)
    test_tree(page, browser)
    test_derived(page, browser, folded)
    test_filters(page, browser)
    test_pointer(page, browser)
    test_address(browser, path)
    test_looks(browser, os.path.join(directory, "looks.html"))
    test_difference(browser, os.path.join(directory, "diff.html"), pictures)
    test_narrow(browser, path)
    test_narrow_difference(browser, os.path.join(directory, "diff.html"))
    test_print(browser, path)
    test_height(browser, os.path.join(directory, "deep.html"))
    test_details(browser, path)
    test_axe(browser, directory, pictures)
    test_hostile(browser, os.path.join(directory, "hostile.html"), pictures)
    test_empty(browser, os.path.join(directory, "empty.html"))
    test_old_browser(browser, path)


sys.exit(view.main(test))
