# SPDX-License-Identifier: GPL-2.0-or-later
"""Times of the page in the browser: page.py FILE."""

import os
import sys

import webdriver

READY = "return document.documentElement.dataset.ready === '1';"
DRAWN = "return performance.getEntriesByName('drawn')[0].startTime;"
# Down the widest callees and back, one zoom for each frame of the screen.
ZOOMS = """const done = arguments[arguments.length - 1], g = app.flame, p = g.profile, times = [];
let node = 0;
function widest() {
	const children = [];
	for (let c = node + 1; c < p.end[node]; c = p.end[c])
		children.push(c);
	return children.sort((a, b) => p.size[b] - p.size[a]);
}
function zoom() {
	const children = widest();
	node = children.length && times.length % 12 ? children[times.length % Math.min(2, children.length)] : 0;
	const view = viewOfNode(p, node), began = performance.now();
	g.view = g.shown = view;
	g.layOut();
	times.push(performance.now() - began);
	if (times.length < 120)
		requestAnimationFrame(zoom);
	else
		done(times.sort((a, b) => a - b));
}
zoom();"""
ACTIONS = [("search", "app.change({search: 'get|Pass'})"), ("end of the search", "app.change({search: ''})"),
           ("list of functions", "app.change({tab: 'functions'})"), ("call tree", "app.change({tab: 'tree'})"),
           ("inversion", "app.change({tab: 'flame', invert: true})")]


def main():
    """Print them."""
    path = os.path.abspath(sys.argv[1])
    with webdriver.Browser(1280, 800) as browser:
        browser.command("POST", "/timeouts", {"script": 120000})
        drawn = []
        for _ in range(5):
            browser.open("file://" + path)
            browser.wait(READY, 120)
            drawn.append(browser.run(DRAWN))
        print("page: %d nodes, %d bytes" % (browser.run("return app.whole.n;"), os.path.getsize(path)))
        print("page: drawn after %.0f ms (best of 5; worst %.0f)" % (min(drawn), max(drawn)))
        zooms = browser.run_later(ZOOMS)
        print("page: a zoom takes %.1f ms (median of %d; 9 of 10 are below %.1f)" %
              (zooms[len(zooms) // 2], len(zooms), zooms[len(zooms) * 9 // 10]))
        for name, action in ACTIONS:
            print("page: %s %.0f ms" % (name, browser.run(
                "const began = performance.now(); %s; return performance.now() - began;" % action)))


main()
