"""A headless Chromium, driven over its own DevTools protocol: a few commands need no driver beside it."""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
from websockets.sync.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    # Without a graphics card every frame of an animation is drawn by the processor.
    "--force-prefers-reduced-motion",
    # Windows that nobody looks at are what these tests are about.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--remote-debugging-port=0",
)
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0
"""How long a command may take, and how long a condition in a page is waited for."""


def find() -> str | None:
    """Return the browser's path, None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class PageFailed(AssertionError):
    """A script in the page threw, or a condition didn't come true; the text has what the page had to say."""


@attrs.define(kw_only=True)
class Browser:
    """A running browser. Commands go over one socket, each to its window by the session's id."""

    socket: ClientConnection
    _ids: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))
    _complaints: dict[str, list[str]] = attrs.field(factory=dict)

    def open(self, url: str, *, script: str = "", width: int = 1280, height: int = 900) -> "Window":
        """Open a window of its own. ``script`` runs before the page's."""
        target = self.command("Target.createTarget", {"url": "about:blank", "newWindow": True})["targetId"]
        session = self.command("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        window = Window(browser=self, session=session, target=target)
        self._complaints[session] = []
        window.command("Page.enable")
        window.command("Runtime.enable")
        window.command("Log.enable")
        window.size(width, height)
        if script:
            window.command("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        window.command("Page.navigate", {"url": url})
        return window

    def command(self, method: str, params: Mapping[str, Any] | None = None, *, session: str | None = None) -> Any:
        """Send a command and return its result."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": dict(params or {})}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = json.loads(self.socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if answer.get("id") == number:
                if "error" in answer:
                    raise PageFailed(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def complaints(self, session: str) -> list[str]:
        """Return what a window's page threw and what the browser logged as an error."""
        return self._complaints[session]

    def _note(self, event: Mapping[str, Any]) -> None:
        params = event.get("params", {})
        text = None
        if event.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
        elif event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            text = f"{params['entry']['text']} {params['entry'].get('url', '')}"
        if text is not None and event.get("sessionId") in self._complaints:
            self._complaints[event["sessionId"]].append(text)


@attrs.frozen(kw_only=True)
class Window:
    """A window of the browser, and the page in it."""

    browser: Browser
    session: str
    target: str

    def command(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Send a command to this window's page."""
        return self.browser.command(method, params, session=self.session)

    def size(self, width: int, height: int, *, scale: float = 1, mobile: bool = False) -> None:
        """Give the page a size in CSS pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile}
        self.command("Emulation.setDeviceMetricsOverride", metrics)

    def evaluate(self, expression: str) -> Any:
        """Return the JSON value of an expression; a promise is awaited."""
        answer = self.command(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True},
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageFailed(f"{expression}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def wait_for(self, expression: str, *, seconds: float = ANSWER_SECONDS) -> Any:
        """Return the expression's value as soon as it is truthy."""
        deadline = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > deadline:
                text = self.evaluate("document.body.innerText")
                raise PageFailed(f"never true: {expression}\ncomplaints: {self.complaints}\npage: {text}")
            time.sleep(0.05)
        return value

    def text(self, selector: str) -> str:
        """Return the text of the first element that a selector finds."""
        found: str = self.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")
        return found

    def click(self, selector: str) -> None:
        """Press an element as a user does, in the middle of it."""
        place = self.evaluate(
            f"""(() => {{
              const element = document.querySelector({json.dumps(selector)});
              element.scrollIntoView({{ block: "center", behavior: "instant" }});
              const box = element.getBoundingClientRect();
              return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", {"type": kind, **place, "button": "left", "clickCount": 1})

    def fill(self, selector: str, value: str) -> None:
        """Give a field a value, as if it had been typed or picked."""
        self.evaluate(
            f"""(() => {{
              const field = document.querySelector({json.dumps(selector)});
              field.value = {json.dumps(value)};
              for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {{ bubbles: true }}));
            }})()"""
        )

    def close(self) -> None:
        """Close the window; its page's sockets end."""
        self.browser.command("Target.closeTarget", {"targetId": self.target})

    @property
    def complaints(self) -> list[str]:
        """What the page threw and what the browser logged as an error."""
        return self.browser.complaints(self.session)


@contextlib.contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Start the browser with a profile of its own; both are gone after the block."""
    with tempfile.TemporaryDirectory(prefix="saai-chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: S603 - Debian's browser, our own arguments
            [path, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # What it leaves in temporary folders goes with the profile.
            env={**os.environ, "TMPDIR": profile},
        )
        try:
            address = _address(process, Path(profile))
            # Without keep-alive, whose random numbers would come in between those of other tests.
            with connect(
                address,
                proxy=None,
                max_size=None,
                open_timeout=START_SECONDS,
                close_timeout=0.1,
                ping_interval=None,
            ) as socket:
                yield Browser(socket=socket)
        finally:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", profile: Path) -> str:
    """Wait for the file in which the browser says where it listens."""
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        lines = file.read_text().split() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise PageFailed(f"the browser did not start (status {process.poll()})")
