"""What to do next: what the company prescribes, what colleagues did, and nothing that was done or must not be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, QualityFinding
from desktop.domain.ids import CustomerId, InteractionId, RecordId, SuggestionId
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import SuggestionKind
from desktop.insight.articles import articles
from desktop.insight.catalogue import catalogue
from desktop.insight.experience import Likely, StepCounts
from desktop.insight.journey import JourneySummary
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, Step, playbooks
from desktop.insight.recommend import NextAction, Situation, checklist, recommend

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


# --- every kind of help ---------------------------------------------------------------------------------------------------


def kinds(situation: Situation, **fields: object) -> dict[str, NextAction]:
    return {one.action: one for one in recommend(situation, playbooks(), most=20, **fields)}  # type: ignore[arg-type]


def test_a_checklist_is_offered_until_it_is_begun() -> None:
    late = replace(SITUATION, intent="delivery_late")
    offer = kinds(late)["flow.where_is_my_order"]
    assert (offer.kind, offer.values) == (SuggestionKind.FLOW, {"playbook": "where_is_my_order"})
    assert {"recommend.checklist", "recommend.intent"} <= {one.code for one in offer.reasons}
    assert "flow.where_is_my_order" not in kinds(replace(late, flows=("where_is_my_order",)))
    assert "flow.where_is_my_order" not in kinds(replace(late, steps=("check_tracking", "open_carrier_enquiry")))


def test_a_checklist_leaves_out_what_is_forbidden_and_keeps_what_may_yet_hold() -> None:
    book = next(one for one in playbooks() if one.id == "cancel_contract")
    leaving = replace(SITUATION, intent="cancel_contract", is_identified=False)
    assert "make_stay_offer" not in [one.action for one in checklist(book, leaving)]
    agreed = replace(JANA, consents=(Consent(purpose="advertising", is_granted=True),))
    steps = checklist(book, replace(leaving, customer=agreed))
    assert "make_stay_offer" in [one.action for one in steps], "who it is may come out on the way"
    elsewhere = checklist(book, replace(leaving, intent="praise"))
    assert elsewhere, "begun for another matter it is still a checklist"


def test_consent_nobody_asked_for_is_asked_for_and_a_no_is_a_no() -> None:
    leaving = replace(SITUATION, intent="cancel_contract")
    question = kinds(leaving)["ask_consent_advertising"]
    assert question.kind is SuggestionKind.REPLY
    assert question.reasons[0].values == {"purpose": "advertising"}
    refusing = replace(JANA, consents=(Consent(purpose="advertising", is_granted=False),))
    assert "ask_consent_advertising" not in kinds(replace(leaving, customer=refusing))
    assert "ask_consent_advertising" not in kinds(replace(leaving, is_identified=False))


def test_a_wrong_value_with_a_plain_mend_is_offered() -> None:
    bad = replace(JANA, quality=(QualityFinding(code="invalid", field="email", proposal="j@gmail.com"),))
    mend = kinds(replace(SITUATION, intent="praise", customer=bad))["mend.email"]
    assert (mend.kind, mend.values) == (SuggestionKind.FIELD, {"field": "email", "value": "j@gmail.com"})
    assert mend.titles["de"] == "E-Mail-Adresse berichtigen"
    vague = replace(JANA, quality=(QualityFinding(code="missing", field="email"),))
    assert "mend.email" not in kinds(replace(SITUATION, intent="praise", customer=vague))


def test_which_of_two_matters_it_is_is_asked_only_while_nobody_said() -> None:
    ranked = (("refund_status", 0.4), ("return_request", 0.35), ("praise", 0.1))
    unsure = replace(SITUATION, intent="refund_status", probability=0.4, ranked=ranked)
    found = kinds(unsure)
    assert found["intent.return_request"].values == {"intent": "return_request"}
    assert found["intent.return_request"].titles["en"] == "It is about: Return"
    assert "intent.praise" not in found
    assert not [one for one in kinds(replace(unsure, is_confirmed=True)) if one.startswith("intent.")]
    sure = replace(unsure, probability=0.9, ranked=(("refund_status", 0.9), ("return_request", 0.05)))
    assert not [one for one in kinds(sure) if one.startswith("intent.")]


def test_a_callback_says_when() -> None:
    found = kinds(replace(SITUATION, intent="callback_request"))["schedule_callback"]
    assert (found.kind, found.values) == (SuggestionKind.CALLBACK, {"hours": "4"})


def test_an_article_for_the_customers_words_is_filled_in_and_gives_reasons() -> None:
    library = Library(articles())
    asking = replace(SITUATION, intent="order_status", text="Was heißt in Bearbeitung?", records=(ORDER,))
    found = kinds(asking, library=library)["article.order_status_steps"]
    assert found.kind is SuggestionKind.ARTICLE
    assert "B-77" in found.wordings["de"]
    assert found.reasons[0].values == {"words": "Bearbeitung"}


class Model:
    """A learned model of the next step, as ``recommend`` takes it."""

    def predict(self, steps: Sequence[str], text: str = "", context: str = "", intent: str = "") -> Sequence[Likely]:
        assert (tuple(steps), text, intent) == ((), "Bitte zurückbuchen", "technical_fault")
        return [Likely(action="measure_line", probability=0.9, n=500, k=450)]


def test_a_learned_model_takes_the_place_of_counts() -> None:
    situation = replace(SITUATION, intent="technical_fault", text="Bitte zurückbuchen")
    assert recommend(situation, playbooks(), Model())[0].action == "measure_line"


# --- trials ---------------------------------------------------------------------------------------------------------------

MANY = tuple(
    Playbook(
        id=f"p{n}",
        edition=1,
        titles={"en": "x"},
        weight=0.9 - n / 20,
        steps=(Step(action=f"a{n}", titles={"en": "x"}, is_sensitive=n in (6, 7)),),
    )
    for n in range(9)
)


def test_something_is_tried_in_a_tenth_of_contacts_and_never_in_the_first_place_or_where_it_hurts() -> None:
    tried: set[str] = set()
    contacts = 0
    for n in range(2000):
        found = recommend(replace(SITUATION, contact=f"c{n}"), MANY)
        assert len(found) == 5
        assert [one.action for one in found[:4]] == ["a0", "a1", "a2", "a3"]
        assert not any(one.is_explored for one in found[:4])
        if found[-1].is_explored:
            contacts += 1
            tried.add(found[-1].action)
            assert found[-1].propensity == pytest.approx(0.05)
            assert found[-1].reasons[-1].code == "recommend.trial"
        else:
            assert (found[-1].action, found[-1].propensity) == ("a4", 0.9)
    assert 0.08 < contacts / 2000 <= 0.12
    assert tried == {"a5", "a8"}, "sensitive actions are not tried"


def test_a_list_does_not_jump() -> None:
    for n in range(200):
        situation = replace(SITUATION, contact=f"c{n}")
        assert recommend(situation, MANY) == recommend(situation, MANY)


def test_odds_and_prior_go_with_the_record() -> None:
    number = next(n for n in range(100) if recommend(replace(SITUATION, contact=f"c{n}"), MANY)[-1].is_explored)
    trial = recommend(replace(SITUATION, contact=f"c{number}"), MANY)[-1]
    record = trial.suggestion(SuggestionId("s"), InteractionId("i"), 4)
    assert record.is_explored
    assert (record.values["propensity"], record.values["prior"]) == ("0.0500", f"{trial.prior:.4f}")
