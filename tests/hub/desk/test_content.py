"""What is kept of a message: whatever is sent, nothing runs, nothing is fetched, nothing takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.hub.desk.content import received
from desktop.hub.desk.options import DeskOptions
from desktop.wire.markup import cut_to, is_twisted, sanitise

OPTIONS = DeskOptions()


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<iframe src=http://e.example></iframe>",
        "<svg><script>1</script></svg>",
        "<form action=http://e.example><input name=a></form>",
        "<style>@import url(http://e.example)</style>",
        "<div style='background:url(http://e.example)'>x</div>",
        "<img\nsrc\n=\n//e.example/a.png>",
        "<img srcset='http://e.example/a 1x'>",
        "<table background=http://e.example/a><tr><td>x</table>",
        "<link rel=stylesheet href=http://e.example>",
        "<video src=http://e.example/v></video>",
    ],
)
def test_nothing_in_a_mail_runs_or_fetches(html):
    kept = sanitise(f"<p>before</p>{html}<p>after</p>")
    for sign in ("<script", "onerror", "javascript:", "<iframe", "<form", "<style", "style=", "srcset", " src=", "background",
                 "<link", "<video", "data:text"):  # fmt: skip
        assert sign not in kept.lower()
    assert kept.startswith("<p>before</p>")
    assert kept.endswith("<p>after</p>")


def test_pictures_in_the_mail_itself_are_kept():
    kept = sanitise('<img src="cid:logo@x"><img src="data:image/png;base64,iVBORw0KGgo=">')
    assert kept.count(" src=") == 2


def test_text_of_html_reads_like_the_mail():
    html = "<h1>Offer</h1><p>Dear&nbsp;Jana,<br>two&lt;three</p><ul><li>one<li>two</ul><table><tr><td>a<td>b</table>"
    assert received("", html, OPTIONS).text == "Offer\nDear Jana,\ntwo<three\n\n- one\n- two\na b"


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<table>",
        "<p><b><i>",
        "&amp;",
        "&",
        "<img ",
        "<img src=",
        "<a title='<br",
        "<!--",
        "<td><table>",
        "x</b><b>",
    ],
)
def test_mail_built_to_hang_a_parser_is_done_with_quickly(piece):
    started = time.process_time()
    content = received("", piece * (500_000 // len(piece)), OPTIONS)
    assert time.process_time() - started < 3, "seconds for one mail"
    assert len(content.text.encode()) <= OPTIONS.text_limit


def test_the_text_of_twisted_html_is_kept_though_its_form_is_not():
    content = received("", "<div>" * 5000 + "Where is my order?", OPTIONS)
    assert (content.text, content.html, content.is_html_dropped) == ("Where is my order?", "", True)


def test_an_ordinary_newsletter_is_not_twisted():
    row = "<tr><td><table><tr><td><a href='x'><b>Buy</b></a>&nbsp;&amp;</td></tr></table></td></tr>"
    assert not is_twisted("<html><body><table>" + row * 500 + "</table><p>one<p>two<ul><li>a<li>b</ul><br><hr>")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_and_html_is_taken(text, html):
    content = received(text, html, OPTIONS)
    content.text.encode()
    assert sanitise(content.html) == content.html, "what was kept is not clean"


@given(st.text(max_size=100), st.integers(0, 60))
def test_a_text_is_cut_between_characters(text, limit):
    kept, cut = cut_to(text, limit) if not any("\ud800" <= c <= "\udfff" for c in text) else ("", 0)
    assert text.startswith(kept)
    assert len(kept.encode()) <= max(limit, 0) or cut == 0
