# SPDX-License-Identifier: GPL-2.0-or-later
"""What formats.t asks of other viewers in a browser: formats.py DIRECTORY FIRST [SCREENSHOTS].

DIRECTORY has npm/node_modules, and plain.* and hostile.* to show; FIRST is the number of the first
line of TAP.
"""

import functools
import http.server
import os
import sys
import threading

import tap
import webdriver
from tap import ok

D3 = """<!DOCTYPE html><meta charset="utf-8">
<link rel="stylesheet" href="/npm/node_modules/d3-flame-graph/dist/d3-flamegraph.css">
<script src="/npm/node_modules/d3-selection/dist/d3-selection.js"></script>
<script src="/npm/node_modules/d3-flame-graph/dist/d3-flamegraph.js"></script>
<div id="chart"></div>
<script>
fetch('/NAME.json').then(answer => answer.json()).then(data => {
	window.chart = flamegraph().width(1100).transitionDuration(0);
	d3.select('#chart').datum(data).call(chart);
	window.data = data;
});
</script>
"""
D3_STATE = """
const boxes = d3.selectAll('#chart .frame').data(), root = boxes.find(b => b.depth === 0);
return {total: root.value, boxes: boxes.map(b => [b.data.name, b.value, b.data.libtype || '']),
	self: boxes.reduce((sum, b) => sum + b.value -
		(b.children || []).reduce((s, c) => s + c.value, 0), 0),
	hit: window.hit || null};"""
SPEEDSCOPE = "return document.body.innerText;"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a directory, without a log."""

    def log_message(self, *_):
        pass


def serve(directory):
    """The address of the directory on loopback."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=directory))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d/" % server.server_address[1]


def d3(browser, base, directory, name):
    """What d3-flame-graph makes of NAME.json."""
    with open(os.path.join(directory, name + ".html"), "w", encoding="utf-8") as page:
        page.write(D3.replace("NAME", name))
    browser.open(base + name + ".html")
    browser.wait("return window.data !== undefined;")
    return browser.run(D3_STATE)


def rows(text):
    """Name, total and self of each row of speedscope's table."""
    lines = [line.strip() for line in text.split("\n")]
    table = [line for line in lines[lines.index("Total\tSelf\tSymbol Name") + 1:] if line]
    count = [int(line.split(" ")[0]) if i % 3 < 2 else line for i, line in enumerate(table)]
    return list(zip(count[2::3], count[0::3], count[1::3]))


def speedscope(browser, base, name):
    """The rows of speedscope's table for NAME.speedscope.json."""
    browser.open(base + "npm/node_modules/speedscope/dist/release/index.html#profileURL=" + base +
                 name + ".speedscope.json&view=sandwich")
    browser.wait("return document.body.innerText.includes('Symbol Name');")
    return rows(browser.run(SPEEDSCOPE))


def main():
    """All lines of TAP, and the plan."""
    directory, tap.count = sys.argv[1], int(sys.argv[2]) - 1
    pictures = sys.argv[3] if len(sys.argv) > 3 else ""
    base = serve(directory)

    def picture(browser, name):
        if pictures:
            browser.screenshot(os.path.join(pictures, name + ".png"))

    with webdriver.Browser(1200, 800) as browser:
        state = d3(browser, base, directory, "plain")
        picture(browser, "d3")
        ok(state["total"] == 36 and state["self"] == 36, "d3-flame-graph: the total", state)
        ok(["foo", 13, ""] in state["boxes"] and ["malloc", 5, "inlined"] in state["boxes"] and
           ["brk", 5, "kernel"] in state["boxes"] and ["jitted", 2, "jit"] in state["boxes"],
           "d3-flame-graph: equal frames are one box, kinds are known", state)
        state = d3(browser, base, directory, "hostile")
        ok(state["total"] == 25 and state["self"] == 25 and state["hit"] is None,
           "d3-flame-graph: hostile names are text", str(state)[:3000])
        table = speedscope(browser, base, "plain")
        picture(browser, "speedscope")
        ok(sum(row[2] for row in table) == 36, "speedscope: the total of all functions", table)
        ok(("foo", 13, 10) in table and ("brk", 5, 5) in table and ("main", 23, 0) in table and ("[unknown]", 7, 7) in table,
           "speedscope: functions", table)
        browser.keys("n")
        browser.wait("return document.body.innerText.includes('main (42)');", 20)
        table = rows(browser.run(SPEEDSCOPE))
        ok(sum(row[2] for row in table) == 23 and ("foo", 13, 10) in table, "speedscope: a thread", table)
        table = speedscope(browser, base, "hostile")
        ok(sum(row[2] for row in table) == 25 and
           browser.run("return window.hit === undefined;"),
           "speedscope: hostile names are text", str(table)[:3000])
    tap.finish()


main()
