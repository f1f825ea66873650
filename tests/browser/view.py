# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scripts of the browser have in common: a file that is shown, its search, and checks of it."""

import os
from xml.etree import ElementTree

import tap
import webdriver
from tap import ok

PICTURE_READY = "return document.documentElement.hasAttribute('data-ready');"
PAGE_READY = "return document.documentElement.dataset.ready === '1';"
AXE = """const done = arguments[arguments.length - 1];
axe.run().then(r => done(r.violations.map(v => [v.id, v.impact, v.nodes.map(n => n.html)])), done);"""
XMLNS = "{http://www.w3.org/2000/svg}"


class View:
    """One file in the browser.

    Kinds of files are classes of their own, with three function bodies: READY, whether it is shown;
    STATE, a dictionary with at least boxes and width; PLACE, the middle of the box of a name.
    """

    READY = STATE = PLACE = ""

    def __init__(self, browser, path, fragment="", seconds=60):
        self.browser = browser
        browser.open("file://" + path + fragment)
        self.ready = browser.wait(self.READY, seconds)

    def state(self):
        """What is shown."""
        return self.browser.run(self.STATE)

    def box(self, name):
        """The first box of that name, or None."""
        return next((b for b in self.state()["boxes"] if b["name"] == name), None)

    def fills(self, name):
        """Whether the box of that name is as wide as the view."""
        state = self.state()
        box = next((b for b in state["boxes"] if b["name"] == name), None)
        return bool(box) and abs(box["width"] - state["width"]) < 1

    def click(self, name, *more):
        """Click in the middle of the box of that name; more goes to PLACE."""
        self.browser.click(*self.browser.run(self.PLACE, name, *more))


def test_search(view, browser, upper, marks=None):
    """Of browser.sh's stacks; upper is a part of one name in the wrong case, marks are the marked boxes."""
    browser.keys(("Control", "f"))
    ok(view.state()["focus"], "Ctrl-F leads into the search field")
    browser.type("recurse|start$")
    state = view.state()
    if marks is not None:
        ok([b["name"] for b in state["boxes"] if b["match"]] == marks, "matching frames are marked",
           state["result"])
    ok(state["result"] == "4 frames matched: 100.00%", "nested matches count once", state["result"])
    browser.keys("Escape", "/")
    browser.type("recurse")
    ok(view.state()["result"] == "3 frames matched: 4.08%", "the share is of samples", view.state()["result"])
    view.click("work")
    ok(view.state()["result"].startswith("3 frames matched: 9.09% of what is shown, 4.08% of all"),
       "zooming recomputes the share", view.state()["result"])
    browser.keys("F3")
    ok(view.state()["picked"] == "recurse", "F3 goes to the next match")
    browser.keys("Home", ("Control", "f"))
    browser.type(upper)
    ok(view.state()["result"].startswith("0 frames"), "case counts")
    browser.keys(("Control", "i"))
    ok(view.state()["result"].startswith("1 frame matched: 30.61%"), "until it is to be ignored",
       view.state()["result"])
    browser.keys(("Control", "f"))
    browser.type("foo(")
    state = view.state()
    ok(state["invalid"] == "true" and state["result"], "a bad expression is told", state["result"])
    browser.keys("Escape", ("Control", "i"))
    ok(view.state()["result"] == "" and not view.state()["focus"], "Escape ends the search")


def check_hostile_names(names):
    """That browser.sh's are among them, harmless."""
    ok("a</script><script>window.hit=1</script>" in names, "hostile names: shown as they are")
    ok("\ufffdrtl\ufffd" in names, "hostile names: no change of direction", names[-8:])
    ok(any(len(name) == 100000 for name in names), "hostile names: a long one is whole")


def axe_script(directory):
    """The checker of accessibility, or None where npm could not fetch it."""
    path = os.path.join(directory, "npm/node_modules/axe-core/axe.min.js")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_accessibility(browser, axe, what):
    """That the file is shown and the checker finds no fault in it."""
    faults = browser.run_later(axe + AXE)
    ok(faults == [] and browser.run(PICTURE_READY), what, faults)


def plain_boxes(path):
    """The boxes of the picture for viewers without scripts: element, look, title."""
    for element in ElementTree.parse(path).getroot().find(".//*[@id='plain']").iter():
        title = element.find(XMLNS + "title")
        if title is not None:
            shape = element if element.get("class") else element.find(XMLNS + "rect")
            yield element, shape.get("class").replace("f ", ""), title.text


def main(test):
    """test(BROWSER), as TAP.  Returns the exit status."""
    try:
        browser = webdriver.Browser()
    except webdriver.WebDriverError as error:
        print("1..0 # SKIP the browser does not start: " + str(error).split("\n", maxsplit=1)[0])
        return 0
    with browser:
        test(browser)
    return tap.finish()
