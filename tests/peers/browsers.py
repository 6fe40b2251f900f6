"""A real Chromium, headless, and the page of a company with a chat on it: what a visitor has. The page is served under a
strict Content-Security-Policy, from another origin than the hub's.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .servers import need

_HERE = Path(__file__).parent
_PLAYWRIGHT = Path(os.environ.get("DIRIGENT_PEERS_HOME", "/opt/dirigent-peers")) / "chat/node_modules/playwright-core"


class Browser:
    """One Chromium; each ``visitor`` has cookies, storage and network of their own."""

    def __init__(self, log: Path) -> None:
        chromium = shutil.which("chromium") or ""
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [shutil.which("node") or "node", str(_HERE / "browser.cjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PLAYWRIGHT": str(_PLAYWRIGHT), "CHROMIUM": chromium},
        )
        self._numbers = itertools.count(1)

    def call(self, call: str, **values: Any) -> Any:
        """Have one thing done and return what came of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        number = next(self._numbers)
        self._process.stdin.write(json.dumps({"id": number, "call": call, **values}).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the browser went away, see {self._log.name}"
        answer = json.loads(line)
        assert answer["id"] == number
        assert "error" not in answer, answer.get("error")
        return answer["value"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process.stdout.close()
        self._log.close()


class Visitor:
    """Somebody at the company's page. What they do waits until it can be done; what they see is waited for."""

    def __init__(self, browser: Browser, name: str, url: str, **options: Any) -> None:
        self._browser = browser
        self._name = name
        self.url = url
        browser.call("open", page=name, options={"viewport": {"width": 1100, "height": 760}, **options})
        self.go(url)

    def run(self, code: str, arg: Any = None) -> Any:
        """Run playwright code on ``page`` and ``context``."""
        return self._browser.call("run", page=self._name, code=code, arg=arg)

    def go(self, url: str) -> None:
        self.run("await page.goto(arg)", url)

    def reload(self) -> None:
        self.run("await page.reload()")

    def open_chat(self) -> None:
        self.run("await page.locator('.launcher').click(); await page.locator('#panel').waitFor()")

    def click(self, name: str) -> None:
        """Press the button of a name."""
        self.run("await page.getByRole('button', {name: arg, exact: true}).click()", name)

    def fill(self, label: str, value: str) -> None:
        self.run("await page.getByLabel(arg[0]).filter({visible: true}).fill(arg[1])", [label, value])

    def write(self, text: str) -> None:
        self.run(
            "const at = page.locator('.composer textarea'); await at.fill(arg); await at.press('Enter');",
            text,
        )

    def sees(self, text: str) -> None:
        """Wait until ``text`` is to be read in the chat."""
        self.run("await page.locator('#panel').getByText(arg).first().waitFor()", text)

    def sees_no_more(self, text: str) -> None:
        self.run("await page.locator('#panel').getByText(arg).first().waitFor({state: 'hidden'})", text)

    @property
    def words(self) -> list[str]:
        """All bubbles, in order."""
        return self.run("return page.locator('.bubble').allInnerTexts()")

    @property
    def panel(self) -> str:
        return self.run("return page.locator('#panel').innerText()")

    @property
    def focused(self) -> str:
        """The class of what has the keyboard in the chat, or else its tag; empty when it is elsewhere."""
        return self.run(
            "return page.evaluate(() => { const at = document.querySelector('#dirigent-chat').shadowRoot.activeElement;"
            " return at ? at.className || at.tagName : '' })"
        )

    @property
    def complaints(self) -> list[str]:
        """What the browser found fault with: errors, and what the policy of the page kept out."""
        return self._browser.call("said", page=self._name)

    def offline(self, is_off: bool) -> None:
        self.run("await context.setOffline(arg)", is_off)

    def picture(self, path: Path) -> None:
        self.run("await page.screenshot({path: arg})", str(path))

    def close(self) -> None:
        self._browser.call("close", page=self._name)


class CompanySite:
    """Pages of a company: ``/en/…`` and ``/de/…``. ``hub`` is whose chat they hold. ``?identity=`` is put on the page as the
    company's own server would."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.hub = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/favicon.ico":
                    self.send_response(204)
                    self.end_headers()
                    return
                body = site.page(parts.path, parse_qs(parts.query).get("identity", [""])[0]).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header(
                    "Content-Security-Policy",
                    f"default-src 'self'; script-src {site.hub}; connect-src {site.hub}; style-src {site.hub}; "
                    "require-trusted-types-for 'script'",
                )
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="company site", daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def page(self, path: str, identity: str) -> str:
        language = "de" if path.startswith("/de") else "en"
        signed = f' data-identity="{html.escape(identity)}"' if identity else ""
        return (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Nordwind {html.escape(path)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<script src="{self.hub}/chat/widget.js" data-account="{self.account}"{signed} defer></script></head>'
            f"<body><h1>Nordwind</h1><p>{html.escape(path)}</p></body></html>"
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture(scope="session")
def chromium(peer_log: Path) -> Iterator[Browser]:
    """One browser for all tests."""
    need("chromium", "node")
    if not _PLAYWRIGHT.is_dir():
        told = "not installed: playwright-core (bash packaging/peers.sh chat)"
        (pytest.fail if os.environ.get("DIRIGENT_PEERS") == "required" else pytest.skip)(told)
    browser = Browser(peer_log / "browser.log")
    yield browser
    browser.close()
