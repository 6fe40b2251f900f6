"""What an agent finds who types: words half and whole, phrases, filters, the newest first, whatever it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.agent import Agent, Queue
from desktop.domain.channels import Channel
from desktop.domain.customer import Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Attachment, Author, MessageKind
from desktop.store import journal
from desktop.store.rows import Draft, HitKind, SearchOrder, SearchPage
from desktop.store.search import people, searching
from desktop.store.search.expression import WORDS_SQL

Find = Callable[..., SearchPage]
Found = Callable[..., list[str]]
I1, I2 = InteractionId("i1"), InteractionId("i2")
NORA = AgentId("nora-1")


def _line(page: SearchPage) -> str:
    return "".join(f"[{span.text}]" if span.is_match else span.text for span in page.hits[0].snippet)


def test_words_are_found_however_they_are_spelled_and_while_they_are_typed(world: Any, found: Found) -> None:
    world.arrive(world.message("m1", text="Die Größe passt nicht"), world.message("m2", text="Grossmarkt"))
    for typed in ("Größe", "grösse", "GROESSE", "größ", "groe", "passt gr", "passt größe "):
        assert "m1" in found(typed), typed
    assert found("größe ") == ["m1"]
    assert found("gros ") == [], "a finished word is a whole word"
    assert found("größe rechnung") == [], "all words must occur"


def test_a_compound_is_found_by_its_parts_and_a_plural_by_its_singular(world: Any, found: Found) -> None:
    world.arrive(world.message("m1", text="Meine Rechnungsnummer?"), world.message("m2", text="Alle Rechnungen"))
    assert sorted(found("rechnung ")) == ["m1", "m2"]
    assert found("nummer ") == found("numm") == found("rechnungsnu") == ["m1"]


def test_a_phrase_stands_as_it_was_typed(world: Any, found: Found) -> None:
    world.arrive(
        world.message("m1", 1, text="Der Betrag wurde doppelt abgebucht."),
        world.message("m2", 2, text="Doppelt ärgerlich: es wurde abgebucht."),
        world.message("m3", 3, subject="Doppelt abgebucht", text="siehe Betreff"),
    )
    assert found('"doppelt abgebucht"') == ["m3", "m1"]
    assert found('"doppelt abg') == ["m3", "m1"]
    assert found('abgebucht -"doppelt abgebucht"') == ["m2"]
    assert found('"abgebucht doppelt"') == []


def test_the_newest_comes_first_whenever_it_arrived_and_the_best_on_request(
    world: Any, find: Find, found: Found
) -> None:
    world.arrive(
        world.message(
            "new", 3, text="Vielleicht später, aber irgendwann ist da noch eine Rechnung, und dann ein Storno"
        ),
        world.message("mid", 2, text="Storno Rechnung"),
    )
    world.arrive(world.message("old", 1, text="Rechnungen stornorechnung Storno"))
    assert found("rechnung storno") == ["new", "mid", "old"]
    assert found("storno rechnung", order=SearchOrder.BEST)[0] == "mid"
    page = find("storno", limit=2)
    assert ([hit.id for hit in page.hits], page.more, page.progress) == (["new", "mid"], True, 1.0)
    assert not find("storno", limit=3).more


def test_everything_is_looked_through_each_hit_told_as_what_it_is(world: Any, find: Find) -> None:
    world.arrive(
        world.customer("c1", name="Jana Kranich", number="K-77"),
        world.interaction("i1", customer_name="Jana Kranich", subject="Kranich bestellt", channel=Channel.EMAIL),
        world.message("m1", 1, text="Ein Kranich"),
        world.message("n1", 2, text="Kranich klären", kind=MessageKind.NOTE, author=Author.AGENT),
        world.message("f1", 3, text="anbei", attachments=(Attachment(sha256="00", name="Kranich_Rechnung.pdf"),)),
    )
    world.do(journal.save_draft, Draft(I1, "reply", "Der Kranich kommt", updated_at=world.at(9)))
    page = find("kranich")
    kinds = {hit.kind: hit for hit in page.hits}
    assert set(kinds) == set(HitKind)
    assert page.hits[0].kind is HitKind.DRAFT, "it is the newest"
    message = kinds[HitKind.MESSAGE]
    assert (message.title, message.interaction_id, message.channel) == ("Jana Kranich", "i1", Channel.EMAIL)
    assert (message.customer_id, message.author, message.is_open) == ("c1", Author.CUSTOMER, True)
    assert (kinds[HitKind.FILE].id, kinds[HitKind.NOTE].id, kinds[HitKind.CUSTOMER].id) == ("f1", "n1", "c1")
    assert "".join(span.text for span in kinds[HitKind.FILE].snippet) == "Kranich_Rechnung.pdf"
    for kind in HitKind:
        assert {hit.kind for hit in find("kranich", kinds=frozenset({kind})).hits} == {kind}
    assert {hit.kind for hit in find("is:file kranich").hits} == {HitKind.FILE}
    assert {hit.kind for hit in find("ist:notiz").hits} == {HitKind.NOTE}
    assert {hit.kind for hit in find("is:draft").hits} == {HitKind.DRAFT}
    assert find("is:draft -kommt ").hits == ()


def test_a_contact_is_not_shown_beside_the_message_it_is_found_by(world: Any, find: Find) -> None:
    last = {"last_text": "Der Kranich ist da", "last_author": Author.CUSTOMER, "last_at": world.at(2)}
    world.arrive(
        world.interaction("i1", customer_name="Jana Weber", subject="Bestellung", **last),
        world.message("m1", 1, text="Wo bleibt er?"),
        world.message("m2", 2, text="Der Kranich ist da"),
    )
    assert [hit.id for hit in find("kranich").hits] == ["m2"]
    assert [hit.id for hit in find("kranich", kinds=frozenset({HitKind.INTERACTION})).hits] == ["i1"]
    assert {hit.id for hit in find("bestellung").hits} == {"i1"}
    assert {hit.id for hit in find("is:open").hits} == {"i1", "m1", "m2"}
    world.arrive(world.interaction("i1", customer_name="Jana Weber", subject="Kranich bestellt", version=2, **last))
    assert {hit.id for hit in find("kranich").hits} == {"i1", "m2"}, "its subject says so too"


def test_the_snippet_shows_the_original_with_what_was_found(world: Any, find: Find) -> None:
    world.arrive(world.message(text="Guten Tag,\n\nmeine Größe fehlt."))
    assert _line(find("groesse")) == "Guten Tag, meine [Größe] fehlt."


def test_a_mail_of_markup_only_is_found_by_what_it_shows(world: Any, find: Find) -> None:
    world.arrive(world.message(html="<style>p {color: red}</style><p>Z&uuml;ge</p><img alt='x'>", text=""))
    assert _line(find("züge")) == "[Züge]"
    assert find("color").hits == ()


def _busy(world: Any) -> None:
    world.arrive(
        Agent(id=NORA, user="nora", name="Nora Albrecht", version=1),
        Queue(id=QueueId("billing"), names={"de": "Rechnung & Zahlung", "en": "Billing"}, version=1),
        world.customer("c1", name="Jana Weber"),
        world.interaction(
            "i1", customer_name="Jana Weber", from_address="j.weber@firma.example.org", channel=Channel.EMAIL
        ),
        world.interaction(
            "i2", "closed", customer_id=CustomerId("c2"), queue=QueueId("billing"), closed_at=world.at(-5)
        ),
        world.message("in", -30, text="Frage zum Zähler"),
        world.message("out", -20, text="Antwort zum Zähler", author=Author.AGENT, agent_id=NORA),
        world.message("mine", -10, text="Noch etwas zum Zähler", author=Author.AGENT, agent_id=world.me),
        world.message("old", -60 * 24 * 40, text="Zähler kaputt", interaction_id=I2, channel=Channel.SMS),
    )


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("zähler from:weber", ["in"]),
        ("zähler von:jana", ["in"]),
        ('zähler from:"Jana Weber"', ["in"]),
        ("zähler from:j.weber@firma.example.org", ["in"]),
        ("zähler from:firma ", ["in"]),
        ("zähler from:nora", ["out"]),
        ("zähler von:albr", ["out"]),
        ("zähler from:me", ["mine"]),
        ("zähler von:mir", ["mine"]),
        ("zähler -from:nora -from:me ", ["in", "old"]),
        ("zähler from:", ["mine", "out", "in", "old"]),
        ("zähler channel:email", ["mine", "out", "in"]),
        ("zähler kanal:sms", ["old"]),
        ("zähler is:open", ["mine", "out", "in"]),
        ("zähler ist:geschlossen", ["old"]),
        ("zähler -is:open", ["old"]),
        ("zähler is:mine", ["mine", "out", "in", "old"]),
        ("zähler is:received", ["in", "old"]),
        ("zähler is:sent", ["mine", "out"]),
        ("zähler in:bill", ["old"]),
        ('zähler an:"rechnung & z', ["old"]),
        ("zähler before:7d", ["old"]),
        ("zähler nach:gestern", ["mine", "out", "in"]),
        ("zähler after:2026-01 before:2026-02", ["old"]),
        ("zähler after:2026-03-02 -kaputt ", ["mine", "out", "in"]),
        ("zähler -antwort -etwas ", ["in", "old"]),
        ("-zähler is:message ", []),
        ("zähler is:message is:note ", []),
    ],
)
def test_filters_narrow_what_is_found(world: Any, found: Found, typed: str, ids: list[str]) -> None:
    _busy(world)
    assert found(typed) == ids


def test_filters_alone_list_everything_of_that_kind(world: Any, found: Found) -> None:
    _busy(world)
    assert found("is:sent") == ["mine", "out"]
    assert found("before:2026-02 is:message") == ["old"]
    assert found("is:customer") == ["c1"]
    assert found("") == found("   ") == found("is:") == found('"') == []


def test_what_was_typed_and_not_understood_is_told(world: Any, find: Find) -> None:
    _busy(world)
    page = find("zähler before:someday in:nowhere ")
    assert page.ignored == ("before:someday", "in:nowhere")
    assert len(page.hits) == 4
    assert find("is:mine zähler", me=None).ignored == ("is:mine",)


def test_a_merged_customer_is_found_by_both_names_and_shown_once(world: Any, find: Find, found: Found) -> None:
    world.arrive(
        world.customer("c1", name="Jana Weber"),
        world.customer("c2", name="Jana Kranich", merged_into=CustomerId("c1")),
        world.interaction("i1", "closed", customer_id=CustomerId("c2"), customer_name="Jana Kranich"),
        world.message("m1", text="Hallo"),
    )
    customers = frozenset({HitKind.CUSTOMER})
    assert (
        found("kranich", kinds=customers) == found("weber", kinds=customers) == found("jana", kinds=customers) == ["c1"]
    )
    assert find("kranich", kinds=customers).hits[0].title == "Jana Weber"
    assert found("from:weber hallo") == found("from:kranich hallo") == ["m1"]


@pytest.mark.parametrize("text", ["storno", '"storno bitte"'])
def test_paging_on_moves_nothing_that_is_shown(world: Any, found: Found, text: str) -> None:
    world.arrive(
        world.interaction("old", "closed", last_at=world.now - timedelta(days=9), subject="Storno bitte"),
        *(
            world.message(f"m{n:03}", n, text="Storno bitte!" if n % 7 else "Bitte ein Storno bitte")
            for n in range(300)
        ),
    )
    shown = found(text, order=SearchOrder.BEST, limit=50)
    for limit in (100, 250, 400):
        assert found(text, order=SearchOrder.BEST, limit=limit)[:50] == shown


def test_a_customer_is_found_by_any_piece_of_a_number(world: Any, found: Found) -> None:
    phone = Identity(kind=IdentityKind.PHONE, value="0171 / 234 567", normalised="+49171234567")
    world.arrive(world.customer("c1", name="Jürgen Groß", number="K-2040", identities=(phone,)))
    for typed in ("0171 234", "+49 (171) 234567", "171234567", "34567", "040", "k-2040", "jürgen 2040"):
        assert found(typed) == ["c1"], typed


def test_a_number_is_found_by_all_it_begins_with_among_many_alike(world: Any, found: Found) -> None:
    texts = ["01", "017", "0171", "01712", "01712ab", "01b", "017x9", "(0171) 23", "0170", "49171", "0"]
    world.arrive(
        *(world.message(f"m{n:03}", n, text=text) for n, text in enumerate(texts)),
        *(world.message(f"n{n:03}", 100 + n, text=f"Auftrag 01711{n:05}") for n in range(300)),
    )
    everything = [text.strip("()") for text in texts]
    for typed in ("01", "017", "0171", "01712", "017x", "49", "4917"):
        wanted = {f"m{n:03}" for n, text in enumerate(everything) if text.startswith(typed)}
        assert {id_ for id_ in found(typed, limit=400) if id_[0] == "m"} == wanted, typed
    assert [len(found(typed, limit=400)) for typed in ("01711", "017110000", "0171100007")] == [300, 10, 1]
    assert len(found("0171", limit=400)) == 304


def test_one_letter_says_nothing_yet(world: Any, found: Found) -> None:
    world.arrive(world.message("m1", text="Rechnung"))
    assert found("r") == []
    assert found("rechnung r") == ["m1"], "the word before it is not forgotten meanwhile"


def test_a_word_of_many_endings_is_found_whole_before_and_after(world: Any, found: Found) -> None:
    """More words begin alike than are looked up one by one."""
    world.arrive(
        *(world.message(f"m{n:03}", n, text=f"referenz{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(300))
    )
    assert len(found("referenz", limit=400)) == 300
    assert found("referenzbb") == ["m027"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(alphabet=st.characters(), max_size=60),
        st.text(alphabet="\"*^:(){}-+~.,;'\\ \x00\ud800„“", max_size=30),
        st.lists(
            st.sampled_from(
                [
                    "from:",
                    "is:open",
                    "before:",
                    "in:",
                    "-",
                    '"',
                    "NEAR(",
                    "AND",
                    "OR",
                    "NOT",
                    "words:",
                    "*",
                    "(",
                    "\x00",
                ]
            ),
            max_size=12,
        ).map(" ".join),
    ),
    st.sampled_from(SearchOrder),
)
def test_no_input_breaks_a_query(world: Any, text: str, order: SearchOrder) -> None:
    page = world.see(searching.search, text, order=order, me=world.me)
    assert page.hits == ()
    world.see(people.find_customers, text)
    world.see(people.find_interactions, text)


def test_ten_thousand_characters_are_a_query_too(world: Any, found: Found) -> None:
    _busy(world)
    assert found("zähler " * 1500) == ["mine", "out", "in", "old"]
    assert found("x" * 10_000) == found('"' * 10_000) == found("zähler OR " * 1000) == []
    assert found("is:open " * 1300) == ["mine", "out", "in", "i1"]


def test_questions_are_answered_from_the_index_without_sorting(world: Any) -> None:
    def plan(sql: str, *values: Any) -> list[str]:
        return [
            row[3]
            for row in world.store.query(lambda conn: conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
        ]

    newest = plan(searching.MATCHING_SQL, '"rechnung"', 0, 1, 50)
    assert newest[0].startswith("SCAN search_text VIRTUAL TABLE INDEX")
    assert newest[1:] == ["SEARCH search_doc USING INTEGER PRIMARY KEY (rowid=?)"]
    assert plan(searching.ALL_SQL, 0, 1, 50) == ["SEARCH search_doc USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
    assert plan(people.NAMED_SQL, "a", "b", 5) == [
        "SEARCH customer USING INDEX customer_named (folded_name>? AND folded_name<?)"
    ]
    for sql in (
        people.MATCHING_SQL.format(table="customer", kind=1),
        people.MATCHING_SQL.format(table="interaction", kind=2),
    ):
        matching = plan(sql, '"weber"', 20)
        assert matching[0].startswith("SCAN search_text VIRTUAL TABLE INDEX")
        assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in matching[1:])
    closed = plan(people.CLOSED_SQL, '"weber"', json.dumps([]), 50, 0)
    assert not any("TEMP B-TREE" in step for step in closed)
    words = [step for step in plan(WORDS_SQL, "re", "rf", 9) if "search_text_word" in step]
    assert len(words) == 2
    # 0x200 | 0x400: from a term, and up to one.
    assert all(step == f"SCAN search_text_word VIRTUAL TABLE INDEX {0x601}:" for step in words)


def test_a_day_begins_where_the_one_who_asks_lives(world: Any, found: Found) -> None:
    world.arrive(world.message("late", -10.5 * 60, text="Zug"))
    berlin = world.now.astimezone(timezone(timedelta(hours=1)))
    assert found("zug after:2026-03-02", now=berlin) == ["late"]
    assert found("zug after:2026-03-02", now=world.now) == []
