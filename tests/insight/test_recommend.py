"""What to do next: what the company prescribes, what colleagues did, and nothing that was done or must not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId, InteractionId, RecordId, SuggestionId
from desktop.domain.record import BusinessRecord
from desktop.insight.catalogue import catalogue
from desktop.insight.experience import StepCounts
from desktop.insight.journey import JourneySummary
from desktop.insight.playbook import playbooks
from desktop.insight.recommend import Situation, recommend

NOW = datetime(2024, 5, 20, tzinfo=UTC)
JANA = Customer(
    id=CustomerId("jana"),
    name="Jana Weber",
    value_cents=200_000,
    identities=(
        Identity(kind=IdentityKind.EMAIL, value="j@example.org", normalised="j@example.org"),
        Identity(kind=IdentityKind.PHONE, value="0171 3920012", normalised="+491713920012"),
    ),
)
ORDER = BusinessRecord(id=RecordId("o"), customer_id=JANA.id, kind="order", number="B-77", is_open=True, at=NOW)
SITUATION = Situation(now=NOW, channel=Channel.CHAT, customer=JANA, is_identified=True, probability=0.9, language="de")


def actions(situation: Situation, history: StepCounts | None = None) -> list[str]:
    return [one.action for one in recommend(situation, playbooks(), history)]


@pytest.mark.parametrize("intent", [one.id for one in catalogue().intents])
@pytest.mark.parametrize("is_identified", [True, False])
def test_there_is_something_to_do_for_every_intent(intent: str, is_identified: bool) -> None:
    found = recommend(replace(SITUATION, intent=intent, is_identified=is_identified), playbooks())
    assert found
    assert all(one.titles["de"] and one.titles["en"] and one.reasons and 0 < one.score <= 1 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_an_unknown_matter_of_a_stranger_begins_with_who_and_what() -> None:
    stranger = Situation(now=NOW, channel=Channel.CHAT)
    assert actions(stranger) == ["identify_customer", "ask_details"]


def test_a_billing_matter_of_a_stranger_begins_with_who() -> None:
    assert actions(Situation(now=NOW, channel=Channel.CHAT, intent="double_invoice"))[0] == "identify_customer"


def test_steps_taken_and_dismissed_are_not_suggested_again() -> None:
    late = replace(SITUATION, intent="delivery_late")
    assert actions(late)[0] == "check_tracking"
    after = actions(replace(late, steps=("check_tracking",)))
    assert after[0] == "open_carrier_enquiry"
    assert "check_tracking" not in after
    assert "open_carrier_enquiry" not in actions(replace(late, dismissed=("open_carrier_enquiry",)))


def test_the_reply_is_filled_with_name_and_number_and_reads_well_without() -> None:
    situation = replace(SITUATION, intent="order_status", records=(ORDER,))
    first = recommend(situation, playbooks())[0]
    assert first.wordings["de"] == "Guten Tag Jana Weber, ich sehe nach, wo Ihre Bestellung B-77 gerade ist."
    bare = recommend(Situation(now=NOW, channel=Channel.CHAT, intent="opening_hours"), playbooks())[0]
    assert bare.wordings["de"].startswith("Guten Tag, gern nenne")


def test_braces_in_a_customers_name_are_only_text() -> None:
    odd = replace(JANA, name="{number} {0}")
    first = recommend(replace(SITUATION, intent="order_status", customer=odd, records=(ORDER,)), playbooks())[0]
    assert first.wordings["en"].startswith("Hello {number} {0},")


def test_no_offer_without_consent_to_advertising() -> None:
    leaving = replace(SITUATION, intent="cancel_contract")
    assert "make_stay_offer" not in actions(leaving)
    consenting = replace(JANA, consents=(Consent(purpose="advertising", is_granted=True),))
    assert "make_stay_offer" in actions(replace(leaving, customer=consenting))
    refusing = replace(JANA, consents=(Consent(purpose="advertising", is_granted=False),))
    assert "make_stay_offer" not in actions(replace(leaving, customer=refusing))
    habit = StepCounts.of([("cancel_contract", ["make_stay_offer"])] * 50)
    assert "make_stay_offer" not in actions(leaving, habit)


def test_an_upset_customer_hears_an_apology_first_or_second_and_only_once() -> None:
    upset = replace(SITUATION, intent="technical_fault", mood=-0.8)
    assert "apologise" in actions(upset)[:2]
    assert "apologise" not in actions(replace(upset, steps=("apologise",)))
    assert "apologise" not in actions(replace(upset, mood=0.1))


def test_a_repeated_matter_gets_more_than_the_first_time() -> None:
    late = replace(SITUATION, intent="delivery_late")
    again = replace(
        late,
        journey=JourneySummary(contact_count=2, repeat_contact=True, repeat_intent="delivery_late", repeat_count=1),
    )
    assert "read_last_contact" not in actions(late)
    assert "read_last_contact" in actions(again)
    found = {one.action: one for one in recommend(again, playbooks())}
    assert "recommend.repeat_contact" in {reason.code for reason in found["read_last_contact"].reasons}


def test_an_overdue_invoice_pauses_reminders() -> None:
    invoice = BusinessRecord(
        id=RecordId("i"), customer_id=JANA.id, kind="invoice", number="R-1", is_open=True, status="overdue"
    )
    asking = replace(SITUATION, intent="invoice_question")
    assert "pause_reminder" in actions(replace(asking, records=(invoice,)))
    assert "pause_reminder" not in actions(replace(asking, records=(replace(invoice, status="translated"),)))


def test_what_colleagues_did_counts_with_its_numbers() -> None:
    history = StepCounts.of(
        [("technical_fault", ["measure_line", "reset_port"])] * 94 + [("technical_fault", ["restart_device"])] * 3
    )
    found = recommend(replace(SITUATION, intent="technical_fault"), playbooks(), history)
    assert found[0].action == "measure_line"
    similar = next(reason for reason in found[0].reasons if reason.code == "recommend.similar_cases")
    assert similar.values == {"n": "97", "k": "94"}
    after = recommend(replace(SITUATION, intent="technical_fault", steps=("measure_line",)), playbooks(), history)
    assert after[0].action == "reset_port"
    assert after[0].titles == {"de": "Reset port", "en": "Reset port"}


def test_one_odd_case_is_no_advice() -> None:
    history = StepCounts.of([("praise", ["hang_up_angrily"])])
    assert "hang_up_angrily" not in actions(replace(SITUATION, intent="praise"), history)


def test_a_recent_pain_is_a_condition_of_time() -> None:
    assert actions(replace(SITUATION, intent="praise", now=NOW + timedelta(days=1)))[0] == "say_thanks"


def test_it_becomes_a_record_of_the_domain() -> None:
    action = recommend(replace(SITUATION, intent="praise"), playbooks())[0]
    record = action.suggestion(SuggestionId("s"), InteractionId("i"), 0, JANA.id)
    assert (record.action, record.rank, record.customer_id) == ("say_thanks", 0, "jana")
    assert record.titles["de"] == "Sich bedanken"
