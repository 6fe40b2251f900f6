"""What a new centre starts with: queues, request types, playbooks, articles, dispositions and canned texts in German and
English. Nothing that is there already is touched, so that an operator's changes stay; only newer editions come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from desktop.domain.agent import Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.domain.template import Disposition, Template
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.library import ensure_library
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.verification import ensure_policy
from desktop.hub.routing.policy import ensure_routing
from desktop.insight.catalogue import catalogue
from desktop.insight.routing.hours import mistakes
from desktop.wire.errors import Code

_NAMES: Final[dict[str, dict[str, str]]] = {
    "billing": {"de": "Rechnung & Zahlung", "en": "Billing & payment"},
    "orders": {"de": "Bestellung & Lieferung", "en": "Orders & delivery"},
    "technical": {"de": "Technische Hilfe", "en": "Technical support"},
    "service": {"de": "Kundenservice", "en": "Customer service"},
    "complaints": {"de": "Beschwerden", "en": "Complaints"},
}
_PRIORITY: Final = {"complaints": 2}
_STAMP: Final = "desk.defaults"

DISPOSITIONS: Final = (
    Disposition(id="solved", titles={"de": "Gelöst", "en": "Solved"}),
    Disposition(id="answered", titles={"de": "Auskunft gegeben", "en": "Question answered"}),
    Disposition(id="changed", titles={"de": "Daten geändert", "en": "Data changed"}),
    Disposition(id="ordered", titles={"de": "Bestellung aufgenommen", "en": "Order placed"}),
    Disposition(id="refunded", titles={"de": "Erstattung veranlasst", "en": "Refund arranged"}),
    Disposition(id="replaced", titles={"de": "Ersatz veranlasst", "en": "Replacement arranged"}),
    Disposition(id="cancelled", titles={"de": "Kündigung oder Storno", "en": "Cancelled"}),
    Disposition(id="appointment", titles={"de": "Termin vereinbart", "en": "Appointment made"}),
    Disposition(id="callback", titles={"de": "Rückruf vereinbart", "en": "Call back agreed"}),
    Disposition(id="escalated", titles={"de": "An Fachabteilung gegeben", "en": "Passed to a specialist"}),
    Disposition(id="complaint", titles={"de": "Beschwerde aufgenommen", "en": "Complaint recorded"}),
    Disposition(id="not_reached", titles={"de": "Kunde nicht erreicht", "en": "Customer not reached"}),
    Disposition(id="not_solved", titles={"de": "Nicht gelöst", "en": "Not solved"}),
    Disposition(id="spam", titles={"de": "Spam oder verwählt", "en": "Spam or wrong number"}),
)

_MAIL: Final = (Channel.EMAIL,)
TEMPLATES: Final = (
    Template(
        id="greeting",
        shortcut="hallo",
        titles={"de": "Begrüßung", "en": "Greeting"},
        texts={
            "de": "Guten Tag {customer}, mein Name ist {agent}. Was kann ich für Sie tun?",
            "en": "Hello {customer}, my name is {agent}. How can I help you?",
        },
    ),
    Template(
        id="moment",
        shortcut="moment",
        titles={"de": "Einen Moment", "en": "One moment"},
        texts={
            "de": "Einen Moment bitte, ich sehe für Sie nach.",
            "en": "One moment please, let me look that up for you.",
        },
    ),
    Template(
        id="number",
        shortcut="nummer",
        titles={"de": "Kundennummer erfragen", "en": "Ask for the customer number"},
        texts={
            "de": "Nennen Sie mir bitte Ihre Kundennummer? Sie steht oben rechts auf jeder Rechnung.",
            "en": "Could you give me your customer number, please? It is at the top right of every invoice.",
        },
    ),
    Template(
        id="sorry",
        shortcut="leid",
        titles={"de": "Entschuldigung", "en": "Apology"},
        texts={
            "de": "Das tut mir leid, {customer}. Ich kümmere mich jetzt darum.",
            "en": "I am sorry about that, {customer}. I will take care of it now.",
        },
    ),
    Template(
        id="invoice",
        shortcut="rechnung",
        titles={"de": "Rechnung geprüft", "en": "Invoice checked"},
        texts={
            "de": "Ich habe Ihre Rechnung geprüft. Welche Position ist Ihnen unklar?",
            "en": "I have checked your invoice. Which item is unclear to you?",
        },
    ),
    Template(
        id="delivery",
        shortcut="lieferung",
        titles={"de": "Lieferung nachverfolgen", "en": "Trace a delivery"},
        texts={
            "de": "Ich frage beim Versand nach, wo Ihre Sendung ist, und melde mich, sobald ich es weiß.",
            "en": "I am asking our shipping department where your parcel is and will write as soon as I know.",
        },
    ),
    Template(
        id="restart",
        shortcut="neustart",
        titles={"de": "Gerät neu starten", "en": "Restart the device"},
        texts={
            "de": "Trennen Sie das Gerät bitte für 30 Sekunden vom Strom und schalten Sie es wieder ein. Besteht der "
            "Fehler danach weiter?",
            "en": "Please unplug the device for 30 seconds and switch it on again. Is the fault still there?",
        },
    ),
    Template(
        id="waiting",
        shortcut="wartet",
        titles={"de": "Noch in Arbeit", "en": "Still working on it"},
        texts={
            "de": "Ihr Anliegen ist noch in Arbeit. Ich melde mich, sobald es etwas Neues gibt.",
            "en": "We are still working on this. I will write as soon as there is news.",
        },
    ),
    Template(
        id="mail",
        shortcut="brief",
        titles={"de": "Rahmen einer E-Mail", "en": "Frame of an e-mail"},
        texts={
            "de": "Guten Tag {customer},\n\nvielen Dank für Ihre Nachricht.\n\n\n\nFreundliche Grüße\n{agent}",
            "en": "Dear {customer},\n\nthank you for your message.\n\n\n\nKind regards\n{agent}",
        },
        channels=_MAIL,
    ),
    Template(
        id="goodbye",
        shortcut="ende",
        titles={"de": "Verabschiedung", "en": "Goodbye"},
        texts={
            "de": "Gern geschehen. Ich wünsche Ihnen einen schönen Tag!",
            "en": "You are welcome. Have a nice day!",
        },
    ),
)


def queues() -> tuple[Queue, ...]:
    """Return the queues of a new centre: those the request types land in, and the five every centre has."""
    known = catalogue()
    names = {**known.queues, **{id_: {**name, **known.queues.get(id_, {})} for id_, name in _NAMES.items()}}
    return tuple(
        Queue(id=QueueId(id_), names=dict(name), intents=tuple(known.intents_of(id_)), priority=_PRIORITY.get(id_, 3))
        for id_, name in names.items()
    )


def must_be_usable(queue: Queue, others: Mapping[str, Queue]) -> None:
    """Whoever sets a queue up asks first. Raises ``Refused(UNKNOWN_VALUE)``, which names the field: hours that cannot be
    read, rings or seconds below zero, a target that is no share, an overflow to nowhere or in a circle."""
    wrong = [f"hours.{code}" for code in mistakes(queue.hours)] if queue.hours is not None else []
    if any(ring.after_s < 0 or ring.level_drop < 0 for ring in queue.rings):
        wrong.append("rings")
    if queue.overflow_after_s < 0 or any(seconds <= 0 for seconds in queue.answer_s.values()):
        wrong.append("overflow_after_s" if queue.overflow_after_s < 0 else "answer_s")
    if not 0 < queue.target <= 1:
        wrong.append("target")
    if not 1 <= queue.priority <= 5:
        wrong.append("priority")
    passed, following = {queue.id}, queue.overflow_to
    while following is not None:
        if following in passed or following not in others:
            wrong.append("overflow_to")
            break
        passed.add(following)
        following = others[following].overflow_to
    if wrong:
        raise Refused(Code.UNKNOWN_VALUE, f"the queue cannot be used: {', '.join(wrong)}")


async def ensure_defaults(ledger: Ledger, policies: Path | None = None) -> None:
    """Put in what a new centre needs; of a centre that has any queue only what later releases added to the names.
    ``policies`` is the folder of the centre's own policies."""
    await ensure_policy(ledger, policies / "verification.yaml" if policies is not None else None)
    await ensure_routing(ledger, policies / "routing.yaml" if policies is not None else None)
    if not await ledger.queues():
        for queue in queues():
            await ledger.put(queue)
    for label in catalogue().labels():
        if await ledger.get(Table.INTENT, label.id) is None:
            await ledger.put(label)
    await ensure_library(ledger)
    if await ledger.note(_STAMP) is not None:
        return
    for record in (*DISPOSITIONS, *TEMPLATES):
        table = Table.DISPOSITION if isinstance(record, Disposition) else Table.TEMPLATE
        if await ledger.get(table, record.id) is None:
            await ledger.put(record)
    await ledger.set_note(_STAMP, "1")
