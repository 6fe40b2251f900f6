"""An anonymised recording shows how things looked, and nothing of what was said or of whom."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.backends.files.disguise import Disguise, _rules_of
from desktop.backends.files.pseudonyms import _RANGES, _WORDS, Pseudonyms
from desktop.domain.agent import Agent
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress, QualityFinding
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId, RecordId, SuggestionId, TouchpointId
from desktop.domain.interaction import Attachment, Author, InteractionState
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.routing import Broadcast
from desktop.domain.suggestion import Reason, Suggestion
from desktop.domain.template import IntentLabel
from desktop.domain.verification import VerifiedAnswer
from desktop.insight import normalise
from desktop.wire import records
from desktop.wire.shapes import Change

from .conftest import AT, contact, said

UUID = "01a203f9-a030-7ec2-af95-22eb71a03b77"


@pytest.fixture
def made() -> Pseudonyms:
    return Pseudonyms(b"always the same")


def _line(disguise: Disguise, row: records.Record) -> bytes:
    change = Change(seq=1, op="upsert", type=records.type_of(row), id=row.id, record=msgspec.Raw(records.encode(row)))
    told = disguise.change(change)
    assert told is not None
    return msgspec.json.encode(told)


# --- nothing of it is left ----------------------------------------------------------------------------------------------

# What people are called and say, in any script; long enough not to be there by chance.
_letters = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Lt", "Lm"]), min_size=5, max_size=20)
_digits = st.text("0123456789", min_size=7, max_size=16)
_tokens = st.from_regex(r"[A-Za-z0-9]{16,40}", fullmatch=True)
_names = st.sampled_from(
    ["Wróblewska", "Böttcher-Lang", "O'Callaghan", "Nguyễn", "Иванова", "王小明", "Sørensen", "Ⓙⓐⓝⓐⓣⓐ"]
)
_word = st.from_regex(r"[a-z]{6,12}", fullmatch=True)
_addresses = st.builds(lambda local, domain: f"{local}@{domain}.com", _word, _word)
_marks = st.sampled_from(["", " ", "-", " / "])
_phones = st.builds(
    lambda number, mark: f"+49{mark}171{mark}{number}", st.from_regex(r"[2-9]\d{6}", fullmatch=True), _marks
)
_secrets = st.one_of(_letters, _digits, _tokens, _names, _addresses, _phones)
_between = st.sampled_from(
    [" ", ", ", "\n", "\x00", "​", "<b>", "</b>", "&amp;", "\t", "...", "'", '"', "\\", "/", "_", "‮"]
)


def _parts(secret: str) -> set[str]:
    """What of a secret must not be found again: it, and each longer word and number in it."""
    found = {secret, *re.findall(r"[^\W\d_]{5,}", secret), *re.findall(r"\d{6,}", secret)}
    return {part.casefold() for part in found if len(part) >= 5}


def _holds(said_: bytes, part: str) -> bool:
    text = said_.decode().casefold()
    plain = msgspec.json.decode(said_)
    return part in text or part in _all_texts(plain).casefold()


def _all_texts(value: Any) -> str:
    match value:
        case dict():
            return "\n".join(f"{_all_texts(key)}\n{_all_texts(one)}" for key, one in value.items())
        case list():
            return "\n".join(map(_all_texts, value))
        case str():
            return value
    return ""


def _rows(text: str, name: str, address: str, number: str) -> list[records.Record]:
    """All that a customer's words, name, address and number get into."""
    customer = Customer(
        id=CustomerId(f"customer-{number}"),
        name=name,
        given_name=name,
        family_name=name,
        number=number,
        birth_date=date(1971, 5, 23),
        value_cents=int("".join(c for c in number if c in "0123456789")[:15] or 0),
        address=PostalAddress(street=f"{name} 5", postcode=number, city=name, country="DE"),
        identities=(
            Identity(kind=IdentityKind.EMAIL, value=address, normalised=address, label="work"),
            Identity(kind=IdentityKind.CUSTOMER_NO, value=number, normalised=number),
            Identity(kind=IdentityKind.HANDLE, value=f"matrix:@{name}:home", normalised=f"matrix:@{name}:home"),
        ),
        consents=(Consent(purpose="email", is_granted=True, source="form"),),
        quality=(QualityFinding(code="invalid", field="email", proposal=address),),
    )
    reason = Reason(code="identify.email", values={"number": number, "word": text, "to": address})
    return [
        customer,
        contact(
            customer_id=customer.id,
            customer_name=name,
            from_address=address,
            subject=text,
            last_text=text,
            summary=text,
            thread=f"<{address}>",
            callback_to=number,
            labels=(text, name),
            identified_by=(reason,),
            intent_by=(text,),
            verified=(VerifiedAnswer(question="birth_date", is_right=True, by=AgentId(name)),),
        ),
        said(
            text,
            author_name=name,
            html=f"<p title='{address}'>{text}<a href='https://{name}/{number}'>{name}</a><!-- {number} --></p>",
            subject=text,
            failure=f"550 {address} unknown",
            external_id=f"<{number}@{name}>",
            references=(address,),
            attachments=(Attachment(sha256="ab" * 32, name=f"{name} {number}.pdf", media_type=f"image/{name}"),),
            values={"to": address, "from": name, "account": address, name: text, "agent": name, "amount": number},
            quoted_from=len(text) // 2,
        ),
        Touchpoint(
            id=TouchpointId(f"touch-{number}"),
            customer_id=customer.id,
            channel=Channel.WEB,
            kind="visit",
            at=AT,
            title=text,
            values={"page": f"https://shop.example/{name}?q={number}", "who": name},
        ),
        BusinessRecord(
            id=RecordId(f"order-{number}"),
            customer_id=customer.id,
            kind="order",
            number=number,
            title=text,
            status=text,
            amount_cents=4999,
            fields={"recipient": name, name: address},
        ),
        Suggestion(
            id=SuggestionId("s1"),
            interaction_id=InteractionId("c1"),
            action="mend",
            titles={"en": f"Set e-mail to {address}"},
            wordings={"en": f"Dear {name}, {text}"},
            values={"field": "email", "value": address},
            reasons=(reason,),
        ),
        Broadcast(id="b1", text=text, by=AgentId(name), by_name=name, at=AT),
        Agent(id=AgentId(address), user=address, name=name),
    ]


@given(
    st.lists(st.tuples(_secrets, _between), min_size=1, max_size=5),
    st.one_of(_names, _letters),
    st.one_of(_addresses, _phones),
    st.one_of(_digits, _tokens),
)
@example([("STATUS", " ")], "Statu", "+491712000000", "3023125")
@example([("AAAAA", " ")], "Wróblewska", "+491712000000", "3023125")
@example([("eyJhbGciOiJIUzI1NiJ9", ".")], "Wróblewska", "jana.weber@firma.de", "4111111111111111")
@settings(max_examples=80, deadline=None)
def test_no_word_name_address_number_or_token_is_left(
    words: list[tuple[str, str]], name: str, address: str, number: str
) -> None:
    text = "".join(f"{word}{between}" for word, between in words)
    disguise = Disguise()
    found = b"[" + b",".join(_line(disguise, row) for row in _rows(text, name, address, number)) + b"]"
    parts = set().union(*map(_parts, (name, address, number, *(word for word, _ in words))))
    left = {part for part in parts if _holds(found, part)}
    assert not {part for part in left if not _is_invented(part) and part not in _FORMAT}


def _is_invented(part: str) -> bool:
    """Whether it is of the numbers nobody has, which every invented one begins with."""
    return any(part in f"{code.split()[0]}{start}" for code, ranges in _RANGES.items() for start, _ in ranges)


def _by_itself() -> str:
    """What a record of nobody says: names of fields, codes, and what is written in place of words. Fields at their default
    are left out of it, but may be in another."""
    rows = _rows("", "", "", "")
    _, shapes = msgspec.json.schema_components([type(row) for row in rows])
    named = " ".join(
        str(name) for one in shapes.values() for name in (*one.get("properties", ()), *one.get("enum", ()))
    )
    empty = b" ".join(map(records.encode, rows)).decode()
    return f"{named} {empty} false example {_WORDS}".casefold()


_FORMAT = _by_itself()


def test_it_finds_what_is_left(made: Pseudonyms) -> None:
    """The check itself: a record as it is shows all of it."""
    row = _rows("Wo bleibt mein Paket", "Wróblewska", "jana@firma-mit-namen.de", "4111111111")[2]
    for part in ("bleibt", "wróblewska", "jana@firma-mit-namen.de", "4111111111"):
        assert _holds(records.encode(row), part)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_whatever_somebody_writes_has_a_text_in_its_place(text: str) -> None:
    made = Pseudonyms(b"x")
    told = made.text(text)
    assert made.text(text) == told
    assert isinstance(made.html(text), str)
    assert made.name(text) == made.name(text)
    made.file_name(text), made.address(text), made.token(text), made.label(text), made.id(text)


# --- how it looked is left ----------------------------------------------------------------------------------------------


def test_a_text_keeps_its_build(made: Pseudonyms) -> None:
    text = "Hallo Frau Weber,\n\nwo bleibt die Lieferung? Ich warte seit 14 Tagen!! 😡\n- A\n- B"
    told = made.text(text)
    assert [len(line.split()) for line in told.split("\n")] == [len(line.split()) for line in text.split("\n")]
    assert len(told) == len(text)
    assert [c for c in told if not c.isalnum()] == [c for c in text if not c.isalnum()]
    assert [c.isupper() for c in told] == [c.isupper() for c in text]


@pytest.mark.parametrize("text", ["Где мой заказ?", "איפה החבילה שלי", "أين طردي", "我的包裹在哪里"])
def test_other_scripts_stay_in_their_script(made: Pseudonyms, text: str) -> None:
    told = made.text(text)
    assert [unicodedata.name(c).split()[0] for c in told] == [unicodedata.name(c).split()[0] for c in text]
    assert told != text


def test_the_same_person_is_the_same_everywhere(made: Pseudonyms) -> None:
    weber = made.name("Jana Weber")
    assert weber != "Jana Weber"
    assert made.name("WEBER") == weber.split()[1].upper()
    assert weber.split()[1] in made.text("Guten Tag Frau Weber, hier ist").split(",")[0]
    assert made.email("Jana.Weber@Firma.de") == made.email("jana.weber@firma.de")
    assert made.email("jana.weber@firma.de") in made.text("Schreiben Sie an jana.weber@firma.de.")
    assert made.phone("+49 171 2345678").replace(" ", "")[3:] == made.phone("0171/2345678").replace("/", "")[1:]
    assert made.token("K-4711992") in made.text("meine Nummer ist K-4711992").replace("Z", "K") or made.token(
        "K-4711992"
    ).partition("-")[2] in made.text("meine Nummer ist K-4711992")


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("+49 171 2345678", r"\+49 (\d+ ?)+"),
        ("0171/2345678", r"0\d{3}/\d+"),
        ("0049 30 901820", r"0049 \d+ \d+"),
        ("+44 20 7946 0018", r"\+44 \d\d \d{4} \d+"),
        ("+1 (415) 555-2671", r"\+1 \(\d{3}\) \d{3}-\d{4}"),
        ("+33 1 42 68 53 00", r"\+\d{2}[ \d]+"),
    ],
)
def test_a_phone_number_keeps_its_shape_and_is_nobodys(made: Pseudonyms, number: str, shape: str) -> None:
    told = made.phone(number)
    assert re.fullmatch(shape, told), told
    digits = "".join(c for c in told if c.isdigit())
    reserved = ("3023125", "6990009", "4066969", "2214710", "8999998", "17139200", "176040690", "7700900", "2079460")
    assert any(block in digits for block in (*reserved, "55501", "999")), told


def test_many_numbers_stay_apart(made: Pseudonyms) -> None:
    told = {made.phone(f"+49 30 {number}") for number in range(2_000_000, 2_006_000)}
    assert len(told) == 6000
    assert len({made.digits(f"{number}") for number in range(10_000_000, 10_002_000)}) > 1990


def test_addresses_lead_nowhere(made: Pseudonyms) -> None:
    for address in ("jana@firma.de", "x@y.co.uk", "Jana Weber <jana@firma.de>"):
        assert normalise.email(made.email(address))
        assert made.email(address).endswith(".example")
    assert "https://" in made.text("see http://firma.de/konto?id=5")
    assert ".example/" in made.text("see www.firma.de")


def test_a_page_keeps_its_tags_and_nothing_else(made: Pseudonyms) -> None:
    html = (
        "<table><tr><td colspan='2' style='color:red' onclick='x()'>Hallo</td></tr></table>"
        "<script>alert('Weber')</script><img src='cid:Weber' alt='Weber'><a href='mailto:j@firma.de'>Weber</a>"
    )
    told = made.html(html)
    assert re.sub(r">[^<]+<", "><", told) == '<table><tr><td colspan="2"></td></tr></table><a></a>'
    assert "Weber" not in told


def test_what_is_not_about_customers_stays() -> None:
    disguise = Disguise()
    disguise.record(IntentLabel(id="billing", titles={"en": "Billing question"}))
    row = contact(
        state=InteractionState.ACTIVE,
        intent="billing",
        priority=2,
        mood=-0.5,
        language="de",
        queue=QueueId("billing"),
        steps=("reply",),
    )
    told = disguise.record(row)
    for name in (
        "state",
        "intent",
        "priority",
        "mood",
        "language",
        "queue",
        "steps",
        "created_at",
        "version",
        "channel",
    ):
        assert getattr(told, name) == getattr(row, name)
    message = disguise.record(said("Hi", author=Author.AGENT, sent_at=AT, event="closed", values={"reason": "busy"}))
    assert (message.sent_at, message.author, message.event, message.values) == (
        AT,
        "agent",
        "closed",
        {"reason": "busy"},
    )
    suggestion = Suggestion(
        id=SuggestionId(UUID), interaction_id=InteractionId(UUID), action="x", titles={"en": "Billing question"}
    )
    assert disguise.record(suggestion).titles == {"en": "Billing question"}
    assert disguise.record(suggestion).id == UUID


def test_somebody_has_one_name_in_all_records() -> None:
    disguise = Disguise()
    rows = _rows("Hier ist Frau Wróblewska", "Wróblewska", "jana@firma.de", "4711992")
    customer, row, message = (disguise.record(one) for one in rows[:3])
    assert customer.name == customer.family_name == row.customer_name == message.author_name == message.text.split()[-1]
    assert customer.identities[0].value == row.from_address == customer.identities[0].normalised
    assert disguise.record(rows[4]).number == customer.number


def test_the_same_id_is_the_same_everywhere() -> None:
    disguise = Disguise()
    message = disguise.record(said("Hi", contact_id="ticket 12"))
    row = disguise.record(contact("ticket 12"))
    gone = disguise.change(Change(seq=1, op="delete", type=Table.INTERACTION, id="ticket 12"))
    assert gone is not None
    assert message.interaction_id == row.id == gone.id != "ticket 12"


def test_a_quotation_begins_where_it_began() -> None:
    text = "Danke an jana.weber@eine-lange-firma.de\n> alles zitiert"
    row = Disguise().record(said(text, quoted_from=text.index(">")))
    assert row.text[row.quoted_from] == ">"


def test_the_beginning_of_a_text_in_a_list_is_that_of_the_whole() -> None:
    text = "Guten Tag, ich warte schon sehr lange auf meine Bestellung und hätte gerne eine Antwort von Ihnen dazu"
    made = Pseudonyms()
    assert made.text(text).startswith(made.text(text[:40].rpartition(" ")[0]))


def test_what_cannot_be_read_is_left_out() -> None:
    for raw in (b"[]", b'{"id": 5}', b"7"):
        change = Change(seq=1, op="upsert", type="message", id="m", record=msgspec.Raw(raw))
        assert Disguise().change(change) is None
    assert Disguise().change(Change(seq=1, op="upsert", type="of later", id="m", record=msgspec.Raw(b"{}"))) is None


def test_every_kind_of_record_can_be_disguised() -> None:
    """None falls over a field of its own; what is said in it by whoever sets up the centre stays readable."""
    for kind in records.TYPES.values():
        assert set(_rules_of(kind)) == set(kind.__struct_fields__)
