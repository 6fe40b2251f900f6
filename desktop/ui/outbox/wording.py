"""A command on its way, in words: what it is, what was written in it, how it stands. For the delegate, for notices and for
screen readers alike."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.ui.i18n import formats, reasons, words
from desktop.viewmodels.catalogue import Catalogue
from desktop.viewmodels.outbox import Group, Line, OutboxModel, Standing

translate = QCoreApplication.translate

_STEP_ICONS = {
    c.SendMessage: "send",
    c.AddNote: "note",
    c.WrapUp: "wrap_up",
    c.Accept: "accept",
    c.Decline: "decline",
    c.Hold: "hold",
    c.Resume: "resume",
    c.Wait: "clock",
    c.Snooze: "snooze",
    c.Transfer: "transfer",
    c.Requeue: "queue",
    c.Reopen: "refresh",
    c.Take: "accept",
    c.EndContact: "hang_up",
    c.SetIntent: "flag",
    c.LinkCustomer: "link",
    c.MergeCustomers: "merge",
    c.UndoMerge: "merge",
    c.MarkDistinct: "customers",
    c.VerifyCustomer: "verified",
    c.UpdateCustomer: "customer",
    c.TakeSuggestion: "suggestion",
    c.DismissSuggestion: "suggestion",
    c.StartFlow: "guide",
    c.SetFlowStep: "guide",
    c.EndFlow: "guide",
    c.SetPresence: "ready",
    c.TakeNext: "accept",
    c.Consult: "help",
    c.ScheduleCallback: "call",
    c.Reassign: "transfer",
    c.SetPriority: "flag",
    c.Observe: "eye",
    c.Whisper: "chat",
    c.TakeOver: "accept",
    c.SetAgentPresence: "away",
    c.LendAgent: "customers",
    c.SendBroadcast: "bell",
    c.PutAlertRule: "warning",
    c.RemoveAlertRule: "trash",
    c.SeeAlert: "check",
}


def icon(command: Command) -> str:
    """Return the icon of a kind of command."""
    return _STEP_ICONS[type(command)]


def kind(command: Command) -> str:
    """Return what a command is, in one or two words."""
    return {
        c.SendMessage: translate("outbox", "Message"),
        c.AddNote: translate("outbox", "Note"),
        c.WrapUp: translate("outbox", "Wrap-up"),
        c.Accept: translate("outbox", "Accept"),
        c.Decline: translate("outbox", "Decline"),
        c.Hold: translate("outbox", "Put on hold"),
        c.Resume: translate("outbox", "Resume"),
        c.Wait: translate("outbox", "Wait for the customer"),
        c.Snooze: translate("outbox", "Snooze"),
        c.Transfer: translate("outbox", "Transfer"),
        c.Requeue: translate("outbox", "Back to the queue"),
        c.Reopen: translate("outbox", "Reopen"),
        c.Take: translate("outbox", "Take from the queue"),
        c.EndContact: translate("outbox", "End of the contact"),
        c.SetIntent: translate("outbox", "Request type"),
        c.LinkCustomer: translate("outbox", "Assigned customer"),
        c.MergeCustomers: translate("outbox", "Merging of customers"),
        c.UndoMerge: translate("outbox", "Separating of customers"),
        c.MarkDistinct: translate("outbox", "Two different customers"),
        c.VerifyCustomer: translate("outbox", "Answer to a verification question"),
        c.UpdateCustomer: translate("outbox", "Customer data"),
        c.TakeSuggestion: translate("outbox", "Suggestion taken"),
        c.DismissSuggestion: translate("outbox", "Suggestion put aside"),
        c.StartFlow: translate("outbox", "Start of a guide"),
        c.SetFlowStep: translate("outbox", "Step of a guide"),
        c.EndFlow: translate("outbox", "End of a guide"),
        c.SetPresence: translate("outbox", "My state"),
        c.TakeNext: translate("outbox", "Next request for me"),
        c.Consult: translate("outbox", "Question to a colleague"),
        c.ScheduleCallback: translate("outbox", "Call-back"),
        c.Reassign: translate("outbox", "Reassignment"),
        c.SetPriority: translate("outbox", "Priority"),
        c.Observe: translate("outbox", "Reading along"),
        c.Whisper: translate("outbox", "Whisper"),
        c.TakeOver: translate("outbox", "Take over"),
        c.SetAgentPresence: translate("outbox", "State of an agent"),
        c.LendAgent: translate("outbox", "Agent to other queues"),
        c.SendBroadcast: translate("outbox", "Announcement"),
        c.PutAlertRule: translate("outbox", "Alert rule"),
        c.RemoveAlertRule: translate("outbox", "Removal of an alert rule"),
        c.SeeAlert: translate("outbox", "Alert seen"),
    }[type(command)]


def content(line: Line, catalogue: Catalogue) -> str:
    """Return what was written or chosen, on one line; nothing where the kind says it all."""
    command, names = line.command, dict(line.names)
    match command:
        case c.SendMessage() | c.AddNote():
            files = translate("outbox", "%n file(s)", None, len(command.attachments)) if command.attachments else ""
            return _joined(_flat(command.text), files)
        case c.WrapUp():
            return _joined(catalogue.disposition(command.disposition), _flat(command.summary))
        case c.Transfer() | c.Reassign():
            to = catalogue.agent(command.to_agent) if command.to_agent else catalogue.queue(command.to_queue)
            return _joined(to, _flat(command.note))
        case c.Consult():
            return _joined(catalogue.agent(command.agent_id) or translate("outbox", "ended"), _flat(command.note))
        case c.ScheduleCallback():
            return _joined(formats.exact(command.at), command.to, _flat(command.note))
        case c.TakeNext():
            return ", ".join(catalogue.queue(queue) for queue in command.queues)
        case c.SetPriority():
            return str(command.priority)
        case c.Observe():
            if not command.is_on:
                return translate("outbox", "ended")
            return translate("outbox", "joined") if command.is_joined else ""
        case c.Whisper() | c.SendBroadcast():
            return _flat(command.text)
        case c.SetAgentPresence():
            return _joined(catalogue.agent(command.agent_id), words.presence(command.state, command.reason))
        case c.LendAgent():
            to = ", ".join(catalogue.queue(queue) for queue in command.queues)
            until = translate("outbox", "until %1").replace("%1", formats.exact(command.until)) if command.until else ""
            return _joined(catalogue.agent(command.agent_id), to, until or translate("outbox", "ended"))
        case c.PutAlertRule():
            return _flat(command.rule.title)
        case c.Snooze():
            return translate("outbox", "until %1").replace("%1", formats.exact(command.until))
        case c.SetIntent():
            return ", ".join(catalogue.intent(one) for one in (command.intent, *(command.also or ())))
        case c.LinkCustomer() | c.UndoMerge():
            return names.get(command.customer_id, "")
        case c.VerifyCustomer():
            return translate("outbox", "right") if command.is_right else translate("outbox", "wrong")
        case c.MarkDistinct():
            return _joined(*(names.get(one, "") for one in (command.customer_id, command.other_id)))
        case c.MergeCustomers():
            return _joined(*(names.get(one, "") for one in (command.customer_id, command.merged_id)))
        case c.UpdateCustomer():
            return ", ".join(dict.fromkeys(reasons.field(name) for name in command.fields))
        case c.SetPresence():
            return words.presence(command.state, command.reason)
        case _:
            return ""


def text_of(command: Command) -> str:
    """Return what somebody wrote in a command, as it was written; nothing where nobody wrote anything."""
    match command:
        case c.SendMessage() | c.AddNote():
            return command.text
        case c.WrapUp():
            return command.summary
        case c.Transfer() | c.Reassign() | c.Consult() | c.ScheduleCallback():
            return command.note
        case c.Whisper() | c.SendBroadcast():
            return command.text
        case c.UpdateCustomer():
            return "\n".join(
                f"{reasons.field(name)}: {value}" for name, value in command.fields.items() if isinstance(value, str)
            )
        case _:
            return ""


def heading(group: Group) -> str:
    """Return what some entries are about: the customer's name, else what is known."""
    if group.name:
        return group.name
    if group.interaction_id is not None:
        is_here = group.interaction is not None
        return (
            translate("outbox", "Unknown customer")
            if is_here
            else translate("outbox", "A contact that is not here any more")
        )
    if group.customer_id is not None:
        return translate("outbox", "A customer")
    return translate("outbox", "Yourself") if group.is_own else translate("outbox", "The team")


def standing(line: Line, model: OutboxModel, now: datetime) -> tuple[str, str, str]:
    """Return how an entry stands: in words, with an icon and the icon's colour."""
    match line.standing:
        case Standing.HELD:
            left = (line.entry.not_before - now).total_seconds() if line.entry.not_before else 0.0
            if left > 0:
                return translate("outbox", "Held back: goes out in %n s", None, round(left + 0.5)), "timer", "muted"
            return translate("outbox", "Goes out now"), "timer", "muted"
        case Standing.SENDING:
            return translate("outbox", "Being sent"), "send", "muted"
        case Standing.PENDING:
            return translate("outbox", "Received, but not done yet"), "pending", "muted"
        case Standing.UNCLEAR:
            text = translate("outbox", "The answer got lost: it is looked up before anything is sent again")
            return text, "search", "warn"
        case Standing.REFUSED:
            return reasons.refusal(line.entry.error, line.entry.detail), "error", "bad"
        case Standing.BEHIND:
            return translate("outbox", "Waits for the one above"), "up", "muted"
        case _:
            return _waiting(line, model, now), "clock", "muted"


def _waiting(line: Line, model: OutboxModel, now: datetime) -> str:
    since, again = model.waits_since, line.entry.not_before
    if not model.is_online:
        if since is None:
            return translate("outbox", "Waits for a connection")
        return translate("outbox", "Waits for a connection, none since %1").replace("%1", formats.moment(since, now))
    if again is not None and again > now:
        left = formats.span((again - now).total_seconds() + 1)
        return translate("outbox", "Did not work yet; tried again in %1").replace("%1", left)
    return translate("outbox", "Waits for its turn")


def describe(row: Group | Line, model: OutboxModel, catalogue: Catalogue, now: datetime) -> str:
    """Return a row as one sentence for the screen reader."""
    if isinstance(row, Group):
        return _about(row)
    parts = [heading(row.group), kind(row.command), content(row, catalogue), standing(row, model, now)[0]]
    return ", ".join(part for part in parts if part)


def _about(group: Group) -> str:
    channel = words.channel(group.interaction.channel) if group.interaction is not None else ""
    return _joined(heading(group), channel)


def not_done(line: Line) -> str:
    """Return that something was refused, with whom it is about and why, for a notice."""
    sentence = translate("outbox", "%1: %2 did not go through. %3")
    return (
        sentence.replace("%3", reasons.refusal(line.entry.error, line.entry.detail))
        .replace("%2", kind(line.command))
        .replace("%1", heading(line.group))
    )


def not_needed(command: Command, name: str) -> str:
    """Return that something had no effect because what it was about is gone, for a notice."""
    if name:
        sentence = translate("outbox", "%1: the contact has moved on, so that this was not needed: %2.")
    else:
        sentence = translate("outbox", "What it was about is not there any more, so that this was not needed: %2.")
    return sentence.replace("%2", kind(command)).replace("%1", name)


def _flat(text: str) -> str:
    return " ".join(text[:400].split())


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
