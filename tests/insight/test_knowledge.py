"""The article that helps is found by the customer's own words, in either language, and nothing hostile hurts."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.knowledge import Article
from desktop.domain.template import Template
from desktop.insight.articles import ArticleError, articles, load_articles, parse_articles
from desktop.insight.catalogue import catalogue
from desktop.insight.knowledge import Library
from desktop.insight.yaml_source import Source

LIBRARY = Library(articles())


def best(text: str, intent: str | None = None, library: Library = LIBRARY) -> str:
    found = library.search(text, intent)
    return found[0].id if found else ""


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Meine Waschmaschine zeigt E18", "error_codes_washer"),
        ("Das Paket ist seit einer Woche überfällig, ist es verloren?", "delivery_overdue"),
        ("Der Router blinkt rot", "router_lights"),
        ("My router is blinking red", "router_lights"),
        ("Welche Kündigungsfrist habe ich?", "notice_periods"),
        ("I want you to erase my data", "data_requests"),
        ("Wann haben die Filialen geöffnet?", "branches_hours"),
        ("Habt ihr eine Zeitfensterliste?", "appointment_rules"),
    ],
)
def test_the_article_that_helps_comes_first(text: str, article: str) -> None:
    assert best(text) == article


def test_part_of_a_compound_finds_it_and_the_words_are_named() -> None:
    found = LIBRARY.search("Ich brauche eine Rechnungskopie", None)
    assert found[0].words == ("Rechnungskopie",)
    assert found[0].id == "read_invoice"


def test_another_language_finds_it_by_what_words_mean() -> None:
    only = [
        replace(one, titles={"de": one.titles["de"]}, texts={"de": one.texts["de"]}, keywords=()) for one in articles()
    ]
    assert best("I forgot my password", library=Library(only)) == "reset_password_how"


def test_greetings_and_nothing_find_nothing() -> None:
    for text in ("", "Hello", "Guten Tag, vielen Dank!", "12345", "🙂🙂"):
        assert LIBRARY.search(text, None) == []


def test_the_matter_counts_with_the_words_and_alone() -> None:
    assert best("und nun?", "refund_status") == "refund_times"
    assert LIBRARY.search("und nun?", "refund_status")[0].is_about
    elsewhere = {one.id: one.fit for one in LIBRARY.search("Kündigung", "praise")}
    free = {one.id: one.fit for one in LIBRARY.search("Kündigung", None)}
    assert elsewhere.get("notice_periods", 0) < free["notice_periods"]


def test_a_canned_text_is_found_where_its_channel_fits() -> None:
    mail = Template(
        id="t", shortcut="umzug", titles={"de": "Umzug"}, texts={"de": "Zum Umzug"}, channels=(Channel.EMAIL,)
    )
    others = [Article(id=word, titles={"de": word}) for word in ("Rechnung", "Termin", "Router", "Lob")]
    library = Library(others, [mail])
    assert [one.id for one in library.search("Mein Umzug", None, Channel.EMAIL)] == ["t"]
    assert library.search("Mein Umzug", None, Channel.CHAT) == []


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "a " * 500_000, "\x00\x01\ud800", "مرحبا", "<script>" * 10_000, "\u202eabc\u202c" * 5000]
)
def test_nothing_a_customer_writes_takes_long(text: str) -> None:
    began = time.perf_counter()
    LIBRARY.search(text, None)
    assert time.perf_counter() - began < 0.5


def test_an_empty_library_finds_nothing() -> None:
    assert Library().search("Rechnung", "invoice_question") == []


def test_two_thousand_articles_are_searched_and_the_one_is_found() -> None:
    many = [replace(one, id=f"{one.id}-{n}") for n in range(80) for one in articles()][:2000]
    special = Article(id="special", titles={"en": "Zeppelin insurance"}, texts={"en": "Only for airships"})
    library = Library([*many, special])
    assert best("Is my zeppelin insured?", library=library) == "special"


# --- as they are written --------------------------------------------------------------------------------------------------


def test_the_shipped_articles_come_in_both_languages_and_name_known_request_types() -> None:
    known = {one.id for one in catalogue().intents}
    assert len(articles()) >= 25
    for one in articles():
        assert one.titles.keys() == one.texts.keys() == {"de", "en"}
        assert set(one.answers) in (set(), {"de", "en"})
        assert set(one.intents) <= known
        assert one.intents
        assert one.updated_at is not None


GOOD = """
- id: one
  updated: 2026-01-01
  titles: {en: One}
  texts: {en: Text}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("updated: 2026-01-01", "updated: soon", "line 3"),
        ("titles: {en: One}", "titel: {en: One}", "line 4"),
        ("texts: {en: Text}", "texts: {en: ''}", "line 5"),
        ("id: one", "id: ''", "line 2"),
        ("- id: one", "- id: [", "line"),
    ],
)
def test_a_mistake_is_reported_with_its_line(old: str, new: str, told: str) -> None:
    with pytest.raises(ArticleError, match=f"^mine.yaml, {told}"):
        parse_articles(Source(GOOD.replace(old, new), "mine.yaml", ArticleError))


def test_an_id_is_used_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ArticleError, match="used twice"):
        load_articles(tmp_path)
