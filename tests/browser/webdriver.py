# SPDX-License-Identifier: GPL-2.0-or-later
"""A browser driven over the W3C WebDriver protocol by chromedriver; standard library only."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars"]
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Left": "\ue012", "Up": "\ue013", "Right": "\ue014",
        "Down": "\ue015", "F3": "\ue033", "Home": "\ue011", "Control": "\ue009", "Shift": "\ue008",
        "Backspace": "\ue003"}


class WebDriverError(Exception):
    """The browser's answer to a command that failed."""


class Browser:
    """One headless Chromium with a profile of its own; use it in a with statement."""

    def __init__(self, width=1200, height=800):
        self.home = tempfile.mkdtemp(prefix="browser.")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True,
                                       env=dict(os.environ, HOME=self.home))
        self.base = "http://127.0.0.1:%d" % self._port()
        self.session = None
        capabilities = {"browserName": "chrome", "goog:chromeOptions": {
            "args": FLAGS + ["--user-data-dir=" + os.path.join(self.home, "profile"),
                             "--window-size=%d,%d" % (width, height)]},
            "unhandledPromptBehavior": "ignore"}
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = "/session/" + answer["sessionId"]

    def _port(self):
        for line in self.driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return int(found.group(1))
        raise WebDriverError("chromedriver did not start")

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise WebDriverError("%s: %s" % (value["error"], value["message"])) from None

    def command(self, method, path, body=None):
        """A command of the session, such as ("POST", "/refresh")."""
        return self._call(method, self.session + path, {} if body is None and method == "POST" else body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self._call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            shutil.rmtree(self.home, ignore_errors=True)

    def open(self, url):
        """Load url; about:blank first, so that a new fragment loads the document anew."""
        self.command("POST", "/url", {"url": "about:blank"})
        self.command("POST", "/url", {"url": url})

    def run(self, script, *args):
        """The value of a JavaScript function body."""
        return self.command("POST", "/execute/sync", {"script": script, "args": list(args)})

    def run_later(self, script, *args):
        """What a JavaScript function body gives to its last argument, a function."""
        return self.command("POST", "/execute/async", {"script": script, "args": list(args)})

    def wait(self, script, seconds=60):
        """Until the function body returns something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(script):
                return True
            time.sleep(0.02)
        return False

    def _pointer(self, x, y, *more):
        self.command("POST", "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
                {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}, *more]}]})

    def click(self, x, y, button=0):
        """Click at viewport coordinates; 0 is the left button, 2 the right."""
        self._pointer(x, y, {"type": "pointerDown", "button": button}, {"type": "pointerUp", "button": button})

    def point(self, x, y):
        """Move the pointer there."""
        self._pointer(x, y)

    def keys(self, *keys):
        """Each key in turn; ("Control", "f") is a combination, other text is typed."""
        actions = []
        for key in keys:
            held = [KEYS.get(k, k) for k in key] if isinstance(key, tuple) else [KEYS.get(key, key)]
            actions += [{"type": "keyDown", "value": k} for k in held]
            actions += [{"type": "keyUp", "value": k} for k in reversed(held)]
        self.command("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def type(self, text):
        """Characters one by one."""
        self.keys(*text)

    def dialog(self):
        """The text of an open alert, or None."""
        try:
            return self.command("GET", "/alert/text")
        except WebDriverError:
            return None

    def dark(self, on, still=False):
        """What prefers-color-scheme says; still: no movement between two views, either."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]
        if still:
            features.append({"name": "prefers-reduced-motion", "value": "reduce"})
        self.command("POST", "/goog/cdp/execute",
                     {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def begin_with(self, script):
        """Run the script in each document that is opened from now on, before its own."""
        self.command("POST", "/goog/cdp/execute", {
            "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": {"source": script}})

    def resize(self, width, height):
        """Size of the window."""
        self.command("POST", "/window/rect", {"width": width, "height": height})

    def screenshot(self, path):
        """The viewport as a PNG file."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.command("GET", "/screenshot")))
