"""Whether a customer can be written to, by which channel, and how what was begun is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.domain.channels import Channel
from desktop.domain.customer import OPTED_OUT, Consent, Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, InteractionId, SuggestionId
from desktop.domain.interaction import Attachment, Interaction, InteractionState
from desktop.store.rows import Draft
from desktop.viewmodels.drafting import DraftSaver, Enclosure, Page, page_of
from desktop.viewmodels.reach import NOTE, block_of, channels_for
from desktop.viewmodels.workplace import Workplace

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ME, OTHER = AgentId("me"), AgentId("other")
S = InteractionState


def _contact(state: S = S.ACTIVE, channel: Channel = Channel.CHAT, assignee: AgentId | None = ME) -> Interaction:
    return Interaction(
        id=InteractionId("i"),
        channel=channel,
        state=state,
        created_at=NOW,
        updated_at=NOW,
        assignee=assignee,
        from_address="me@example.com",
    )


def _identity(kind: IdentityKind, value: str) -> Identity:
    return Identity(kind=kind, value=value, normalised=value)


@pytest.mark.parametrize(
    ("contact", "reply", "note"),
    [
        (None, "none", "none"),
        (_contact(), "", ""),
        (_contact(S.ON_HOLD), "", ""),
        (_contact(S.WAITING), "", ""),
        (_contact(S.WRAP_UP), "", ""),
        (_contact(S.QUEUED, assignee=None), "queued", ""),
        (_contact(S.OFFERED), "offered", ""),
        (_contact(S.SNOOZED), "snoozed", ""),
        (_contact(S.CLOSED, assignee=OTHER), "closed", ""),
        (_contact(assignee=OTHER), "not_mine", "not_mine"),
        (_contact(channel=Channel.CALL), "spoken", ""),
    ],
)
def test_why_nothing_can_be_written(contact: Interaction | None, reply: str, note: str) -> None:
    assert block_of(contact, ME, "reply") == reply
    assert block_of(contact, ME, NOTE) == note


def test_the_channel_they_wrote_on_comes_first_and_needs_no_consent() -> None:
    customer = Customer(
        id=CustomerId("c"),
        identities=(
            _identity(IdentityKind.PHONE, "+4930123"),
            _identity(IdentityKind.HANDLE, "whatsapp:jana"),
            _identity(IdentityKind.EMAIL, "me@example.com"),
        ),
        consents=(Consent(purpose="email", is_granted=False), Consent(purpose="messenger", is_granted=True)),
    )
    email = _contact(channel=Channel.EMAIL)
    choices = channels_for(email, customer)
    assert [choice.channel for choice in choices] == [Channel.EMAIL, Channel.SMS, Channel.MESSENGER]
    assert choices[0].is_allowed
    assert [choice.consent for choice in choices[1:]] == [None, True]
    from_chat = channels_for(_contact(), customer)
    assert [c.is_allowed for c in from_chat if c.channel is Channel.EMAIL] == [False]


def test_a_page_comes_back_as_it_was_kept() -> None:
    page = Page(
        "Hallo",
        [
            Enclosure("/tmp/a.pdf", "a.pdf", 3, Attachment(sha256="a" * 64, name="a.pdf", size=3)),
            Enclosure("b", "b", 1),
        ],
        SuggestionId("s"),
        Channel.EMAIL,
    )
    kept = page_of(page.draft(InteractionId("i"), "reply"))
    assert (kept.text, kept.suggestion_id, kept.channel) == ("Hallo", "s", Channel.EMAIL)
    # What had not been uploaded cannot come back.
    assert [e.name for e in kept.enclosures] == ["a.pdf"]


def test_a_draft_with_fields_nobody_can_read_keeps_its_text() -> None:
    kept = page_of(Draft(InteractionId("i"), "reply", "Wichtig", {"attachments": "{", "channel": "pigeon"}))
    assert (kept.text, kept.channel, kept.enclosures) == ("Wichtig", None, [])


def test_who_comes_back_at_once_finds_what_is_not_on_the_disk_yet(workplace: Workplace, qtbot: QtBot) -> None:
    saver = DraftSaver(workplace, None)
    id_ = InteractionId("i-chat")
    older = Draft(id_, "reply", "Alt")
    done: list[bool] = []
    saver.save([Draft(id_, "reply", "Neu")], lambda: done.append(True))
    assert [d.text for d in saver.laid_over(id_, [older, Draft(id_, "note", "N")])] == ["N", "Neu"]
    qtbot.waitUntil(lambda: bool(done))
    assert [d.text for d in saver.laid_over(id_, [older])] == ["Alt"]


def test_the_channel_they_went_on_by_comes_first_and_one_they_forbade_is_closed() -> None:
    customer = Customer(
        id=CustomerId("c"),
        identities=(
            _identity(IdentityKind.PHONE, "+4930123"),
            _identity(IdentityKind.HANDLE, "matrix:jana:example.org"),
        ),
        consents=(Consent(purpose="sms", is_granted=False, source=OPTED_OUT),),
    )
    contact = replace(_contact(), last_channel=Channel.MESSENGER, account="shop")
    choices = channels_for(contact, customer)
    assert [(choice.channel, choice.is_own, choice.account) for choice in choices] == [
        (Channel.MESSENGER, True, ""),
        (Channel.CHAT, True, "shop"),
        (Channel.SMS, False, ""),
    ]
    (own,) = channels_for(replace(_contact(channel=Channel.SMS), from_address="+4930123"), customer)[:1]
    assert (own.is_own, own.is_closed, own.is_allowed) == (True, True, False)
