"""The pages a visitor saw reach the agent without what an address gives away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.hub.channels.webchat.shapes import Visit
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.hub.channels.webchat.visits import HIDDEN, plain_path, touchpoints

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
VISITOR = Visitor("shop", "0f", "c1", 0)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/shoes/red?utm=1&session=abc", "/shoes/red"),
        ("/shoes?product=4711&token=x", "/shoes?product=4711"),
        ("/shoes?product=jana@example.org", "/shoes"),
        ("/reset/9f8a7b6c5d4e3f2a1b0c9d8e7f", f"/reset/{HIDDEN}"),
        ("/account/jana%40example.org/orders", f"/account/{HIDDEN}/orders"),
        ("/orders/123456789", f"/orders/{HIDDEN}"),
        ("https://user:pw@shop.example/a#secret", "/a"),
        ("/größe-42/übersicht", "/größe-42/übersicht"),
        ("", "/"),
        ("//", "/"),
        ("http://[", "/"),
        ("/a\u0000\u202eb", "/ab"),
    ],
)
def test_an_address_keeps_its_secrets(address: str, shown: str) -> None:
    assert plain_path(address, ["product"]) == shown


def test_a_megabyte_is_no_trouble() -> None:
    assert len(plain_path("/" + "a/" * 500_000 + "?product=" + "x" * 500_000, ["product"])) <= 300


def test_what_was_seen_for_how_long() -> None:
    seen = [Visit(key="k" * 8, path="/shoes", title=" Red\nshoes ", at=AT - timedelta(minutes=3), dwell_s=95)]
    made = touchpoints(seen, VISITOR, "i1", [], AT)
    assert [(one.title, one.duration_s, one.values, one.interaction_id) for one in made] == [
        ("Red shoes", 95, {"path": "/shoes"}, "i1")
    ]


@pytest.mark.parametrize("at", [AT + timedelta(hours=1), AT - timedelta(days=9)])
def test_a_page_whose_clock_is_wrong_is_not_believed(at: datetime) -> None:
    (made,) = touchpoints([Visit(key="k" * 8, path="/", at=at, dwell_s=10**9)], VISITOR, "i1", [], AT)
    assert made.at == AT
    assert made.duration_s <= 4 * 3600
