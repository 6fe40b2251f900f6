"""Sentences for the evidence behind verdicts, for what is wrong with a customer record, and for refusals. A code without a
sentence of its own is an error of ours: a test walks all codes the product makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.channels import Channel
from desktop.domain.customer import QualityFinding
from desktop.domain.suggestion import Reason
from desktop.ui.i18n import formats, words

translate = QCoreApplication.translate


def reason(value: Reason, intent_title: str = "") -> str:
    """Return one piece of evidence as a short phrase; one that says nothing to a person gives nothing."""
    v = value.values
    match value.code.partition(".")[0]:
        case "identify":
            text = _identify(value.code)
        case "recommend":
            text = _recommend(value.code, v)
        case _:
            text = _routing(value.code, v)
    text = text.replace("%intent", intent_title or v.get("intent", "").replace("_", " "))
    text = text.replace("%skills", _skills(v.get("skills", "")))
    text = text.replace("%score", QLocale().toString(float(v.get("score", 0)), "f", 2))
    for key in ("k", "percent", "number", "working", "capacity", "from", "to"):
        text = text.replace(f"%{key}", v.get(key, ""))
    if "%channel" in text and v.get("channel"):
        text = text.replace("%channel", words.channel(Channel(v["channel"])))
    return text


def sentences(found: Sequence[Reason], intent_title: str = "") -> list[str]:
    """Return the evidence as sentences, what counted most first. ``intent_title`` names the request type it speaks of."""
    told = [reason(one, intent_title) for one in sorted(found, key=lambda one: -abs(one.weight))]
    return [sentence for sentence in dict.fromkeys(told) if sentence]


def _skills(value: str) -> str:
    """Return skills and levels (``billing 5, lang:de 4``) with the names of languages; the others are the company's own."""
    told = []
    for part in value.split(", "):
        name, _, level = part.rpartition(" ")
        told.append(f"{words.language(name[5:])} {level}" if name.startswith("lang:") else part)
    return ", ".join(told)


def _identify(code: str) -> str:
    return {
        "identify.email": translate("reasons", "e-mail address known"),
        "identify.phone": translate("reasons", "number known"),
        "identify.customer_no": translate("reasons", "customer number given"),
        "identify.handle": translate("reasons", "account name known"),
        "identify.mentions_email": translate("reasons", "mentions their e-mail address"),
        "identify.mentions_phone": translate("reasons", "mentions their number"),
        "identify.mentions_customer_no": translate("reasons", "mentions their customer number"),
        "identify.mentions_handle": translate("reasons", "mentions their account name"),
        "identify.name_same": translate("reasons", "same name"),
        "identify.name_close": translate("reasons", "name nearly the same"),
        "identify.name_part": translate("reasons", "part of the name agrees"),
        "identify.name_relative": translate("reasons", "same family name, perhaps a relative"),
        "identify.name_other": translate("reasons", "another name than on file"),
        "identify.name_nickname": translate("reasons", "short form of the name on file"),
        "identify.name_sounds": translate("reasons", "name sounds like the one on file"),
        "identify.birth_date_same": translate("reasons", "same birth date"),
        "identify.birth_date_swapped": translate("reasons", "same birth date, day and month the other way round"),
        "identify.birth_date_close": translate("reasons", "birth date nearly the same"),
        "identify.birth_date_other": translate("reasons", "another birth date than on file"),
        "identify.postcode_same": translate("reasons", "same postcode"),
        "identify.postcode_close": translate("reasons", "postcode nearly the same"),
        "identify.postcode_other": translate("reasons", "another postcode than on file"),
        "identify.street_same": translate("reasons", "same street"),
        "identify.street_close": translate("reasons", "street nearly the same"),
        "identify.street_other": translate("reasons", "another street than on file"),
        "identify.city_same": translate("reasons", "same town"),
        "identify.city_close": translate("reasons", "town nearly the same"),
        "identify.city_other": translate("reasons", "another town than on file"),
        "identify.phone_close": translate("reasons", "phone number nearly the same"),
        "identify.phone_other": translate("reasons", "another phone number than on file"),
        "identify.email_close": translate("reasons", "e-mail address nearly the same"),
        "identify.email_other": translate("reasons", "another e-mail address than on file"),
        "identify.customer_no_close": translate("reasons", "customer number nearly the same"),
        "identify.customer_no_other": translate("reasons", "another customer number than on file"),
        "identify.agent": translate("reasons", "set by a colleague"),
    }.get(code, "")


def _count(values: dict[str, str], name: str) -> int:
    return int(values[name]) if values.get(name, "").isdecimal() else 0


def _outcome(values: dict[str, str]) -> str:
    n = _count(values, "n")
    text = (
        translate("reasons", "%percent% solved, %1 each, in %n such contacts", None, n)
        if values.get("percent")
        else translate("reasons", "%1 each in %n such contacts", None, n)
    )
    return text.replace("%1", formats.span(_count(values, "seconds")))


def _routing(code: str, values: dict[str, str]) -> str:
    n, spent = _count(values, "n"), formats.span(_count(values, "seconds"))
    return {
        "routing.skills": translate("reasons", "skills fit %percent% (%skills)"),
        "routing.wished": translate("reasons", "has what is wished for to %percent% (%skills)"),
        "routing.segment": translate("reasons", "looks after such customers"),
        "routing.outcome": _outcome(values),
        "routing.knows_the_case": translate("reasons", "knows the case"),
        "routing.load": translate("reasons", "%working of %capacity contacts in hand"),
        "routing.idle": translate("reasons", "free for %1").replace("%1", spent),
        "routing.chosen_of": translate("reasons", "best of %n who could", None, n),
        "routing.one_of": translate("reasons", "one of %n who could", None, n),
        "routing.runner_up": translate("reasons", "next best: %score points"),
        "routing.spared": translate("reasons", "who fits better (%score points) is needed for another contact"),
        "routing.matched": translate("reasons", "decided together with others, %n in all", None, n),
        "routing.ring": translate("reasons", "more were asked after %1 of waiting").replace("%1", spent),
        "routing.priority": translate("reasons", "priority %to"),
        "routing.due": translate("reasons", "answer due in %1").replace("%1", spent),
        "routing.overdue": translate("reasons", "answer overdue by %1").replace("%1", spent),
        "routing.first_of": translate("reasons", "most urgent of %n that wait for you", None, n),
        "routing.aged": translate("reasons", "priority %to instead of %from after %1 of waiting").replace("%1", spent),
        "routing.transferred": translate("reasons", "handed over by a colleague"),
        "routing.taken": translate("reasons", "picked from the queue"),
        "routing.taken_next": translate("reasons", "asked for the next one"),
        "routing.reassigned": translate("reasons", "given by a lead"),
        "routing.taken_over": translate("reasons", "taken over by a lead"),
        "routing.none.closed": translate("reasons", "the queue is closed"),
        "routing.callback": translate("reasons", "promised to call back"),
        "routing.none.nobody": translate("reasons", "nobody is signed in"),
        "routing.none.not_ready": translate("reasons", "%n not ready", None, n),
        "routing.none.declined": translate("reasons", "%n declined", None, n),
        "routing.none.queue": translate("reasons", "%n work other queues", None, n),
        "routing.none.reserved": translate("reasons", "%n free, while who knows the case is waited for", None, n),
        "routing.none.team": translate("reasons", "%n of other teams", None, n),
        "routing.none.skill": translate("reasons", "%n without the skill", None, n),
        "routing.none.language": translate("reasons", "%n do not speak the language", None, n),
        "routing.none.capacity": translate("reasons", "%n with their hands full", None, n),
        "routing.none.inactive": translate("reasons", "%n no longer here", None, n),
        "mood.word": formats.quoted(values.get("word", "")),
        "pain.mood": translate("reasons", "angry at this point"),
        "pain.rating": translate("reasons", "bad rating"),
        "pain.repeat": translate("reasons", "had to come back about it"),
        "pain.long_call": translate("reasons", "a long call"),
    }.get(code, "")


def obstacle(code: str) -> str:
    """Return what kept one agent from getting a contact, in a few words; nothing for one who could have had it."""
    known = {
        "": "",
        "inactive": translate("reasons", "no longer here"),
        "queue": translate("reasons", "works other queues"),
        "team": translate("reasons", "of another team"),
        "skill": translate("reasons", "without the skill"),
        "language": translate("reasons", "does not speak the language"),
        "not_ready": translate("reasons", "not ready"),
        "declined": translate("reasons", "declined it"),
        "capacity": translate("reasons", "hands full"),
        "reserved": translate("reasons", "free, while who knows the case is waited for"),
    }
    return known.get(code, code.replace("_", " "))


def declined(code: str) -> str:
    """Return why an offer was declined; nothing where no reason was given."""
    return {
        "": "",
        "not_my_skill": translate("reasons", "Not my field"),
        "language": translate("reasons", "I do not speak the language"),
        "busy": translate("reasons", "Still busy with another contact"),
        "break_due": translate("reasons", "My break is due"),
    }.get(code, code.replace("_", " ").capitalize())


DECLINE_REASONS = ("not_my_skill", "language", "busy", "break_due")


def _recommend(code: str, values: dict[str, str]) -> str:
    n, days = _count(values, "n"), _count(values, "days")
    known = {
        "recommend.similar_cases": translate("reasons", "done in %k of %n similar cases", None, n),
        "recommend.playbook": "",
        "recommend.intent": translate("reasons", "about: %intent"),
        "recommend.channel": translate("reasons", "came by %channel"),
        "recommend.mood": translate("reasons", "mood calls for it"),
        "recommend.first_contact": translate("reasons", "first contact"),
        "recommend.repeat_contact": translate("reasons", "has written about it before"),
        "recommend.many_contacts": translate("reasons", "%n contacts in a short time", None, n),
        "recommend.mood_falling": translate("reasons", "mood is falling"),
        "recommend.recent_pain": translate("reasons", "had trouble lately"),
        "recommend.recent_purchase": translate("reasons", "bought %n days ago", None, days)
        if days
        else translate("reasons", "bought today"),
        "recommend.identified": translate("reasons", "customer recognised"),
        "recommend.unidentified": translate("reasons", "customer not recognised yet"),
        "recommend.valued": translate("reasons", "valued customer"),
        "recommend.missing_email": translate("reasons", "no e-mail address on file"),
        "recommend.missing_phone": translate("reasons", "no phone number on file"),
        "recommend.stale_address": translate("reasons", "address not checked for long"),
        "recommend.checklist": translate("reasons", "%n steps as a checklist", None, n),
        "recommend.missing_consent": translate("reasons", "not asked yet for consent: %1").replace(
            "%1", purpose(values.get("purpose", ""))
        ),
        "recommend.words": translate("reasons", "fits the customer's words: %1").replace("%1", values.get("words", "")),
        "recommend.found": translate("reasons", "by what was looked up: %1").replace("%1", values.get("fields", "")),
        "recommend.after": translate("reasons", "usually comes after: %1").replace(
            "%1", values.get(f"title.{QLocale().name()[:2]}") or values.get("step", "").replace("_", " ")
        ),
        "recommend.mend_invalid": translate("reasons", "%1 is not valid, a likely right one is known").replace(
            "%1", field(values.get("field", ""))
        ),
        "recommend.mend_contradictory": translate("reasons", "%1 contradicts the rest of the record").replace(
            "%1", field(values.get("field", ""))
        ),
        "recommend.unsure": translate("reasons", "several requests are likely, this one %percent%"),
        "recommend.trial": translate("reasons", "being tried: not known yet whether it helps"),
    }
    if code in known:
        return known[code]
    word, _, kind = code.removeprefix("recommend.").partition("_")
    pattern = {
        "any": translate("reasons", "%record %number on file"),
        "open": translate("reasons", "%record %number is open"),
        "overdue": translate("reasons", "%record %number is overdue"),
    }.get(word, "")
    return pattern.replace("%record", record_kind(kind))


def record_kind(kind: str) -> str:
    """Return the name of a kind of business record."""
    return {
        "order": translate("reasons", "Order"),
        "contract": translate("reasons", "Contract"),
        "invoice": translate("reasons", "Invoice"),
        "case": translate("reasons", "Case"),
        "appointment": translate("reasons", "Appointment"),
        "query": translate("reasons", "Look-up"),
    }.get(kind, kind.replace("_", " ").capitalize())


def field(name: str) -> str:
    """Return the name of a field of a customer record."""
    return {
        "name": translate("reasons", "Name"),
        "email": translate("reasons", "E-mail"),
        "phone": translate("reasons", "Phone"),
        "address": translate("reasons", "Address"),
        "address.street": translate("reasons", "Street"),
        "address.postcode": translate("reasons", "Postcode"),
        "address.city": translate("reasons", "City"),
        "address.country": translate("reasons", "Country"),
        "birth_date": translate("reasons", "Birth date"),
        "since": translate("reasons", "Customer since"),
        "language": translate("reasons", "Language"),
        "customer_no": translate("reasons", "Customer number"),
        "iban": translate("reasons", "Bank account"),
        "handle": translate("reasons", "Account name"),
        "number": translate("reasons", "Customer number"),
        "segment": translate("reasons", "Segment"),
        "identities": translate("reasons", "Contact addresses"),
    }.get(name, name.replace("_", " ").capitalize())


def finding(value: QualityFinding) -> str:
    """Return what is wrong with a customer record in two or three words."""
    if (value.code, value.field) == ("duplicate", "record"):
        return translate("reasons", "Looks like another record")
    if value.code == "duplicate":
        return translate("reasons", "%1 on file twice").replace("%1", field(value.field))
    pattern = {
        "missing": translate("reasons", "%1 missing"),
        "invalid": translate("reasons", "%1 not valid"),
        "stale": translate("reasons", "%1 not checked for long"),
        "contradictory": translate("reasons", "%1 contradicts itself"),
    }.get(value.code, "%1")
    return pattern.replace("%1", field(value.field))


def purpose(code: str) -> str:
    """Return what a consent is for."""
    return {
        "email": translate("words", "E-mail"),
        "call": translate("words", "Call"),
        "sms": translate("words", "SMS"),
        "messenger": translate("words", "Messenger"),
        "post": translate("reasons", "Letter"),
        "advertising": translate("reasons", "Advertising"),
        "marketing": translate("reasons", "Advertising"),
        "profiling": translate("reasons", "Evaluation"),
        "recording": translate("reasons", "Recording"),
    }.get(code, code.replace("_", " ").capitalize())


def refusal(code: str, detail: str = "") -> str:
    """Return why the hub said no, and what to do about it. ``detail`` is the hub's own, for what only it can say."""
    if code == "closed_then":
        return _closed_then(detail)
    known = {
        "illegal_state": translate("reasons", "The contact has moved on meanwhile; this is not possible any more."),
        "conflict": translate("reasons", "A colleague changed this meanwhile. Please look at their version first."),
        "not_owner": translate("reasons", "The contact belongs to a colleague now."),
        "already_taken": translate("reasons", "A colleague was faster and has taken this contact."),
        "nothing_waits": translate("reasons", "Nothing waits that is for you and that you have room for."),
        "taken_meanwhile": translate("reasons", "Colleagues were faster each time. Please ask again."),
        "offer_expired": translate("reasons", "The offer ran out before it was accepted."),
        "gone": translate("reasons", "This is not there any more."),
        "forbidden": translate("reasons", "Your role does not allow this."),
        "unknown_value": translate("reasons", "The system does not know one of the values. Please choose another."),
        "unknown_reason": translate("reasons", "This reason is not one of your company's. Please choose another."),
        "not_there": translate("reasons", "Your colleague is not there. Please choose another."),
        "empty_text": translate("reasons", "There is no text to send."),
        "missing_value": translate("reasons", "Something this step needs is missing. Fill it in, or skip the step."),
        "too_large": translate("reasons", "This is too large to send."),
        "type_not_allowed": translate("reasons", "Files of this type are not allowed."),
        "infected": translate("reasons", "A virus was found in this file."),
        "no_address": translate(
            "reasons", "The customer has no address on this channel. Please choose another channel."
        ),
        "no_consent": translate(
            "reasons", "The customer did not agree to this channel. Please choose another channel."
        ),
        "channel_cannot_send": translate("reasons", "Nothing can be written on this channel. Please choose another."),
        "other_account": translate("reasons", "This would carry something of one account into another."),
        "unsupported": translate("reasons", "The system of this account cannot do this."),
        "internal": translate(
            "reasons", "The system failed over this each time it was tried. Try again later, or tell those who run it."
        ),
        "bad_request": translate(
            "reasons", "The system could not read this. Please tell those who look after Dirigent."
        ),
        "unexpected_answer": translate("reasons", "The system answered with something that makes no sense."),
        "lost": translate(
            "reasons", "The system was restored from a backup and lost this. Send it again, or discard it."
        ),
        "key_reused": translate("reasons", "This was sent before with another content."),
        "unreadable": translate("reasons", "The file cannot be read."),
        "unwritable": translate("reasons", "Nothing can be written there."),
        "full": translate("reasons", "There is no room left on the disk."),
        "damaged": translate("reasons", "What this computer holds of it is damaged."),
        "risky_type": translate(
            "reasons", "Files of this kind can do harm. It can be saved, but not opened from here."
        ),
        "unauthenticated": translate("reasons", "Please sign in again first."),
        "interrupted": translate("reasons", "The screen was locked meanwhile."),
        "offline": translate("reasons", "Not connected at the moment. Please try again later."),
        "not_found": translate("reasons", "This is not there any more."),
        "recording_missing": translate("reasons", "There is no such folder on this machine."),
        "not_a_recording": translate("reasons", "This folder is no recording of Dirigent."),
        "recording_too_new": translate(
            "reasons", "This recording was made by a newer version. Please update Dirigent."
        ),
        "recording_unreadable": translate("reasons", "This recording cannot be read."),
        "recording_only_shown": translate("reasons", "This recording is only to be looked at."),
        "recording_without_file": translate("reasons", "The files were left out of this recording."),
        "recording_not_empty": translate(
            "reasons", "There is something in this folder already. Please choose another."
        ),
        "new_history": translate("reasons", "The system was set back and began anew."),
    }
    return known.get(code) or translate("reasons", "The system refused this (%1).").replace("%1", code)


def _closed_then(detail: str) -> str:
    """The detail names the instant at which the queue opens again, where it does."""
    found = re.search(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)", detail)
    if found is None:
        return translate("reasons", "The queue is closed at that time. Please choose another.")
    opens = formats.exact(datetime.fromisoformat(found.group(0)))
    return translate("reasons", "The queue is closed at that time; it opens again: %1.").replace("%1", opens)


def undelivered(failure: str) -> str:
    """Return why a message did not reach the customer: a code of ours, or what their provider said, in its own words."""
    if failure == "failed":
        return translate("reasons", "It could not be delivered.")
    known = {
        "unknown_address": translate("reasons", "Their mail provider does not know this address. Please check it."),
        "mailbox_full": translate("reasons", "The customer's mailbox is full."),
        "spam": translate("reasons", "Their mail provider took it for unwanted mail."),
        "rejected": translate("reasons", "Their mail provider did not accept it."),
        "partly_rejected": translate("reasons", "Some of the recipients did not get it."),
        "unclear": translate(
            "reasons", "Nobody can tell whether it went out. Please ask the customer before you send it again."
        ),
        "would_loop": translate("reasons", "A machine would have answered a machine."),
        "file_gone": translate("reasons", "One of its files is not there any more."),
        "sign_in_failed": translate(
            "reasons", "The company's mailbox did not let us in. Please tell your administrator."
        ),
        "busy": translate("reasons", "The mail server was busy for too long."),
        "overloaded": translate("reasons", "The other end was busy for too long."),
        "rate_limited": translate("reasons", "The other end was busy for too long."),
        "no_such_address": translate("reasons", "This address is unknown there. Please check it."),
        "not_taken": translate("reasons", "The channel did not accept it."),
        "not_delivered": translate("reasons", "The customer's network could not deliver it."),
        "left_room": translate("reasons", "The customer has left the conversation. Please choose another channel."),
        "encrypted": translate(
            "reasons", "The room is encrypted, and nothing is written into it from here. Please choose another channel."
        ),
        "not_admitted": translate("reasons", "The other end did not let us in. Please tell your administrator."),
        "redirected": translate("reasons", "The address of this channel has moved. Please tell your administrator."),
        "unreachable": translate("reasons", "The other end could not be reached for too long."),
    }
    if failure in known:
        return known[failure]
    if failure.replace("_", "").isalpha() and failure.islower():
        return refusal(failure)
    said = formats.quoted(failure)
    return translate("reasons", "It could not be delivered; the channel says: %1").replace("%1", said)
