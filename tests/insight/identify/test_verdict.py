"""Who is writing: known by their address, doubted when the name contradicts, nobody when nothing agrees."""

from __future__ import annotations

from datetime import date

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.insight import normalise
from desktop.insight.identify import blocking_keys, gather, identify, lookup_keys, mentions


def customer(key: str, name: str, email: str = "", phone: str = "", number: str = "", **fields: object) -> Customer:
    found = [normalise.identity(IdentityKind.EMAIL, email), normalise.identity(IdentityKind.PHONE, phone)]
    given, _, family = name.rpartition(" ")
    return Customer(
        id=CustomerId(key),
        name=name,
        given_name=given,
        family_name=family,
        number=number,
        identities=tuple(one for one in found if one),
        **fields,  # type: ignore[arg-type]
    )


JANA = customer("jana", "Jana Weber", "jana@example.org", "0171 3920012", "K-100234")
TOM = customer("tom", "Tom Weber", "tom@example.org", "0171 3920012")


def test_the_address_on_file_is_enough() -> None:
    verdict = identify(gather(Channel.EMAIL, "JANA@example.org"), [JANA])
    assert verdict.match == "jana"
    assert verdict.is_known
    assert verdict.probability > 0.95
    assert [reason.code for reason in verdict.reasons] == ["identify.email"]


def test_nobody_is_found_for_a_stranger() -> None:
    verdict = identify(gather(Channel.EMAIL, "new@example.org", "Jana Weber"), [JANA])
    assert verdict.match is None
    assert verdict.ranked == ()
    assert verdict.probability == 0


def test_a_quite_different_name_raises_doubt() -> None:
    verdict = identify(gather(Channel.CALL, "0171 3920012", "Oleksandr Petrenko"), [JANA])
    assert verdict.match is None
    assert 0 < verdict.probability < 0.9
    assert "identify.name_other" in {reason.code for reason in verdict.reasons}


def test_a_shared_family_phone_is_settled_by_the_name() -> None:
    unnamed = identify(gather(Channel.CALL, "+49 171 3920012"), [JANA, TOM])
    assert unnamed.match is None
    assert abs(unnamed.ranked[0][1] - unnamed.ranked[1][1]) < 0.01
    named = identify(gather(Channel.CALL, "+49 171 3920012", "T. Weber"), [JANA, TOM])
    assert named.match == "tom"


def test_umlauts_and_a_swapped_order_of_names_still_agree() -> None:
    mueller = customer("m", "Jörg Müller", "jm@example.org")
    verdict = identify(gather(Channel.EMAIL, "jm@example.org", "Mueller, Joerg"), [mueller])
    assert "identify.name_same" in {reason.code for reason in verdict.reasons}
    assert verdict.probability > 0.999


def test_a_customer_number_in_the_text_finds_who_writes_from_a_new_address() -> None:
    evidence = gather(
        Channel.EMAIL, "private@example.net", "Jana Weber", texts=["Hallo, meine Kundennummer ist K-100234."]
    )
    assert (IdentityKind.CUSTOMER_NO, "K100234") in lookup_keys(evidence)
    verdict = identify(evidence, [JANA])
    assert verdict.match == "jana"
    assert verdict.reasons[0].code == "identify.mentions_customer_no"


def test_a_mention_alone_of_somebody_elses_address_is_no_match() -> None:
    evidence = gather(
        Channel.EMAIL, "private@example.net", "Peter Kurz", texts=["Bitte antworten Sie an jana@example.org"]
    )
    assert identify(evidence, [JANA]).match is None


def test_look_up_keys_are_normalised_and_unique() -> None:
    evidence = gather(
        Channel.EMAIL,
        "Jana@Example.org",
        customer_no="K 100 234",
        texts=["Kd.-Nr. K100234, Tel. 0171/3920012, jana@example.org"],
    )
    assert lookup_keys(evidence) == [
        (IdentityKind.EMAIL, "jana@example.org"),
        (IdentityKind.CUSTOMER_NO, "K100234"),
        (IdentityKind.PHONE, "+491713920012"),
    ]


def test_the_customer_number_as_in_app_address_is_looked_up_as_one() -> None:
    evidence = gather(Channel.IN_APP, "k100234")
    assert (IdentityKind.CUSTOMER_NO, "K100234") in lookup_keys(evidence)
    assert identify(evidence, [JANA]).match == "jana"


def test_merged_away_records_and_nicknames_decide_nothing() -> None:
    old = customer("old", "Jana Weber", "jana@example.org", merged_into=CustomerId("jana"))
    verdict = identify(gather(Channel.CHAT, "jana@example.org", "sunshine82"), [old, JANA])
    assert [key for key, _ in verdict.ranked] == ["jana"]
    assert verdict.match == "jana"


def test_a_hostile_text_neither_stalls_nor_floods() -> None:
    text = "Kundennummer " + "0 " * 100_000 + "a@b.co, " * 10_000
    assert len(mentions([text])) <= 12


BORN = date(1980, 4, 3)
ANNE = customer("anne", "Anne Köhler", "anne@example.org", birth_date=BORN, address=PostalAddress(postcode="10115"))


def test_somebody_who_says_who_they_are_is_known_from_any_address() -> None:
    evidence = gather(
        Channel.CHAT,
        "web:visitor-9",
        texts=["Hi, mein Name ist Anne Koehler, geboren am 3.4.1980, und ich habe eine Frage"],
    )
    assert blocking_keys(evidence)
    verdict = identify(evidence, [ANNE, JANA])
    assert verdict.match == "anne"
    assert {one.code for one in verdict.reasons} == {"identify.name_same", "identify.birth_date_same"}


def test_fields_that_were_asked_for_count_like_words() -> None:
    typed = gather(Channel.CHAT, "web:1", "A. Köhler", birth_date="1980-04-03", postcode="10115")
    assert identify(typed, [ANNE]).match == "anne"
    spoken = gather(
        Channel.CALL,
        "",
        "Anne Köhler",
        birth_date="the third of April nineteen eighty",
        postcode="one oh double one five",
    )
    assert identify(spoken, [ANNE]).match == "anne"


def test_a_name_and_another_birth_date_is_another_person() -> None:
    evidence = gather(Channel.CHAT, "web:1", "Anne Köhler", birth_date="1975-11-20")
    assert identify(evidence, [ANNE]).match is None


def test_a_name_alone_or_a_postcode_alone_is_no_clue() -> None:
    assert blocking_keys(gather(Channel.CHAT, "web:1", "Anne Köhler")) == ()
    assert blocking_keys(gather(Channel.CHAT, "web:1", postcode="10115")) == ()
    assert identify(gather(Channel.CHAT, "web:1", "Anne Köhler"), [ANNE]).ranked == ()


def test_a_known_address_is_doubted_where_the_birth_date_is_another() -> None:
    plain = identify(gather(Channel.EMAIL, "anne@example.org"), [ANNE])
    doubted = identify(gather(Channel.EMAIL, "anne@example.org", birth_date="1950-01-01"), [ANNE])
    assert doubted.probability < plain.probability
    assert "identify.birth_date_other" in {one.code for one in doubted.reasons}


def test_hostile_texts_claim_nothing_and_stall_nothing() -> None:
    hostile = [
        "born " * 100_000,
        "geboren am " + "1" * 1_000_000,
        "PLZ " * 50_000,
        "my name is " + "a" * 500_000,
        "🙂" * 9999,
    ]
    evidence = gather(Channel.CALL, "", texts=hostile)
    assert len(blocking_keys(evidence)) <= 40
    assert identify(evidence, [ANNE, JANA]).match is None
