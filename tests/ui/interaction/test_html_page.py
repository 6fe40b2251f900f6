"""A mail as it was laid out fetches nothing until somebody asks, and spells its links out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from desktop.ui.interaction.html_page import HtmlPage
from desktop.ui.interaction.message_reader import MessageReader


def png() -> bytes:
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server of pictures, and what was asked of it."""
    asked: list[str] = []
    picture = png()

    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_pictures_from_elsewhere_are_loaded_only_when_asked_for(qtbot: QtBot, elsewhere: tuple[str, list[str]]) -> None:
    url, asked = elsewhere
    html = f'<p>Hallo <img data-blocked-src="{url}/a.png?x=1&amp;y=2"><img src="{url}/b.png"><img src="file:///etc/hosts"></p>'
    reader = MessageReader("Jana", "heute", "Hallo", html=html)
    qtbot.addWidget(reader)
    reader.show()
    reader.layout_button.click()
    page = reader.page
    assert page is not None
    assert page.isVisible()
    assert not reader.text.isVisible()
    qtbot.wait(50)
    assert asked == []
    with qtbot.waitSignal(page.pictures_loaded, timeout=5000):
        reader.pictures_button.click()
    assert asked == ["/a.png?x=1&y=2"]
    assert page._pictures[f"{url}/a.png?x=1&y=2"].width() == 7


def test_a_link_is_spelled_out_before_it_opens(qtbot: QtBot) -> None:
    page = HtmlPage('<a href="https://b%C3%B6se.example/pay">bank.example</a>')
    qtbot.addWidget(page)
    page.show()
    page.anchorClicked.emit(QUrl("https://böse.example/pay"))
    menu = next(child for child in page.children() if child.metaObject().className() == "QMenu")
    assert any("xn--bse-sna.example" in action.text() for action in menu.actions())
    menu.close()


def test_a_message_without_html_has_its_words_only(qtbot: QtBot) -> None:
    reader = MessageReader("Jana", "heute", "Hallo")
    qtbot.addWidget(reader)
    assert reader.page is None


def test_pictures_that_came_with_the_mail_are_shown_in_their_place(qtbot: QtBot) -> None:
    asked: list[str] = []

    def fetch(sha256: str, done: Callable[[bytes], None]) -> None:
        asked.append(sha256)
        done(png() if sha256 == "aa" else b"no picture")

    html = '<p>Siehe <img src="cid:aa"> und <img src="cid:bb"> und <img src="cid:aa"></p>'
    reader = MessageReader("Jana", "heute", "Siehe", html=html, fetch=fetch)
    qtbot.addWidget(reader)
    reader.show()
    assert asked == [], "nothing is fetched for the words alone"
    reader.layout_button.click()
    assert asked == ["aa", "bb"]
    page = reader.page
    assert page is not None
    assert not reader.pictures_button.isVisible(), "there is nothing elsewhere"
    kind = QTextDocument.ResourceType.ImageResource
    assert page.loadResource(kind.value, QUrl("cid:aa")).width() == 7
    assert page.loadResource(kind.value, QUrl("cid:bb")).width() == 1
