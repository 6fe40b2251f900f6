"""Verification of a caller: which questions a centre asks, and what was answered in a contact. The answers themselves never
reach the hub; that a question was answered, by whose judgement and when, stays with the interaction."""

from __future__ import annotations

import logging
from pathlib import Path

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import VerifyCustomer
from desktop.domain.customer import Customer
from desktop.domain.verification import Question, VerificationPolicy, VerifiedAnswer, standing
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.insight.verification import PolicyError, answers, load_policy
from desktop.wire.errors import Code

log = logging.getLogger(__name__)

POLICY = "policy"


async def ensure_policy(ledger: Ledger, own: Path | None = None) -> None:
    """Put the policy that holds: the centre's ``own`` file where there is one, else the one shipped. A file that cannot be
    used is named in the log, and what held before goes on holding."""
    before: VerificationPolicy | None = await ledger.get(Table.VERIFICATION, POLICY)
    try:
        policy = _loaded(own)
    except (PolicyError, OSError) as error:
        log.error("the verification policy cannot be used: %s", error)
        if before is not None:
            return
        policy = load_policy()
    if before is None or replace(before, version=0) != policy:
        await ledger.put(policy)


def _loaded(own: Path | None) -> VerificationPolicy:
    return load_policy(own if own is not None and own.exists() else None)


async def verify_customer(work: Work, command: VerifyCustomer) -> None:
    """Note an answer. Only who talks with the customer can; each question counts once in a contact."""
    interaction = await work.interaction(command.interaction_id)
    if work.caller.agent_id is None or interaction.assignee != work.caller.agent_id:
        raise Refused(Code.NOT_OWNER, "somebody else has this interaction", record=interaction)
    interaction = moved(interaction, "verify_customer")
    if interaction.customer_id is None or interaction.customer_id != command.customer_id:
        raise Refused(Code.CONFLICT, "the contact is with another customer", record=interaction)
    customer = await work.customer(command.customer_id)
    policy: VerificationPolicy | None = await work.ledger.get(Table.VERIFICATION, POLICY)
    question = policy.question(command.question) if policy is not None else None
    if question is None:
        raise Refused(Code.UNKNOWN_VALUE, "no such question")
    before = standing(policy, interaction.channel, customer.id, interaction.verified)
    if before.is_locked:
        raise Refused(Code.ILLEGAL_STATE, "too many wrong answers in this contact", record=interaction)
    if any(one.question == question.id and one.customer_id == customer.id for one in interaction.verified):
        raise Refused(Code.ILLEGAL_STATE, "this was asked already", record=interaction)
    if command.is_right and not await _can_be_right(work, question, customer):
        raise Refused(Code.UNKNOWN_VALUE, "the record has no answer to this")
    answer = VerifiedAnswer(
        question=question.id,
        is_right=command.is_right,
        customer_id=customer.id,
        by=work.caller.agent_id,
        at=work.at,
    )
    saved = await work.save(replace(interaction, verified=(*interaction.verified, answer)))
    now = standing(policy, saved.channel, customer.id, saved.verified)
    if now.is_verified and not before.is_verified:
        await work.say(saved, "verified")
    elif now.is_locked:
        await work.say(saved, "verification_failed")


async def _can_be_right(work: Work, question: Question, customer: Customer) -> bool:
    """Nobody can be right about what the record does not say."""
    if not question.field:
        return True
    needs_records = question.field.startswith("record.")
    records = await work.ledger.business_records(customer.id) if needs_records else []
    return bool(answers(question, customer, records))
