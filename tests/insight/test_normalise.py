"""However a customer writes their address or number, it is found again in one form."""

from __future__ import annotations

import pytest

from desktop.domain.channels import Channel
from desktop.domain.customer import IdentityKind
from desktop.insight import normalise


@pytest.mark.parametrize(
    "written",
    [
        "0171 3920012",
        "+49 171 3920012",
        "0049 171 3920012",
        "+49 (0)171 39 200-12",
        "0171/3920012",
        "tel:+491713920012",
        "sip:+491713920012@voice.example",
        "(0171) 392 00 12",
    ],
)
def test_every_way_to_write_a_mobile_number_is_one_number(written: str) -> None:
    assert normalise.phone(written) == "+491713920012"


def test_a_foreign_home_region_is_taken_for_numbers_without_country_code() -> None:
    assert normalise.phone("079 123 45 67", "CH") == "+41791234567"


@pytest.mark.parametrize("written", ["", "anonymous", "12", "abc", "+", "0" * 60, "jana@example.org", "1-800-FLOWERS"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert normalise.phone(written) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Jana.Weber@Example.ORG ", "jana.weber@example.org"),
        ("Jana Weber <jana@example.org>", "jana@example.org"),
        ("mailto:jana@example.org?subject=x", "jana@example.org"),
        ("info@xn--mller-kva.de", "info@müller.de"),
        ("info@MU\u0308LLER.de", "info@müller.de"),
    ],
)
def test_mail_addresses_are_lower_case_nfc_and_bare(written: str, kept: str) -> None:
    assert normalise.email(written) == kept


@pytest.mark.parametrize(
    "written", ["", "jana", "a@b@c", "jana@", "@example.org", "a b@example.org", "x@.de", "a@" * 900]
)
def test_what_is_no_mail_address_is_none(written: str) -> None:
    assert normalise.email(written) is None


@pytest.mark.parametrize(
    "written", ["K-100 234", "k100234", "Kundennummer: K 100.234", "Kd.-Nr. K-100234", "my customer number K-100234"]
)
def test_customer_numbers_lose_labels_and_gaps(written: str) -> None:
    assert normalise.customer_no(written) == "K100234"


def test_a_handle_names_its_service_once() -> None:
    assert normalise.handle("@Jana_W", "instagram") == "instagram:jana_w"
    assert normalise.handle("mastodon:@jana@social.example") == "mastodon:jana@social.example"


@pytest.mark.parametrize(
    ("channel", "address", "kind", "normalised"),
    [
        (Channel.EMAIL, "Jana@Example.org", IdentityKind.EMAIL, "jana@example.org"),
        (Channel.CALL, "0171 3920012", IdentityKind.PHONE, "+491713920012"),
        (Channel.MESSENGER, "whatsapp:+491713920012", IdentityKind.PHONE, "+491713920012"),
        (Channel.CHAT, "jana@example.org", IdentityKind.EMAIL, "jana@example.org"),
        (Channel.SOCIAL, "@jana", IdentityKind.HANDLE, "social:jana"),
        (Channel.IN_APP, "K100234", IdentityKind.HANDLE, "in_app:k100234"),
    ],
)
def test_the_channel_says_what_kind_of_address_it_is(
    channel: Channel, address: str, kind: IdentityKind, normalised: str
) -> None:
    one = normalise.identity(channel, address)
    assert one is not None
    assert (one.kind, one.normalised, one.value) == (kind, normalised, address)


def test_a_withheld_number_is_nobody() -> None:
    assert normalise.identity(Channel.CALL, "anonymous") is None
    assert normalise.identity(Channel.CALL, "Unknown") is None
    assert normalise.identity(Channel.SMS, "TELEKOM") is None


def test_names_meet_however_the_umlaut_is_written() -> None:
    assert normalise.fold("Größe") == normalise.fold("Grösse") == normalise.fold("GROESSE")
    assert normalise.name_key("Müller") == normalise.name_key("Mueller") == normalise.name_key("Muller")
    assert normalise.name_key("Łukasz  O'Néill-Søn") == "lukasz o neill son"


def test_a_mailbox_is_what_its_provider_delivers_to() -> None:
    assert normalise.mailbox("jana.weber+shop@googlemail.com") == normalise.mailbox("janaweber@gmail.com")
    assert normalise.mailbox("jana.weber@example.org") != normalise.mailbox("janaweber@example.org")
    assert normalise.mailbox("+@example.org") == "+@example.org"
