"""The stream in words: who speaks, what happened, how far a message got. Used by the delegate and for screen readers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from desktop.domain.interaction import KEPT_HERE, Author, Delivery, Message, MessageKind
from desktop.domain.journey import Touchpoint
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.interaction import routing_events
from desktop.ui.interaction.mail_text import plain_text
from desktop.viewmodels.catalogue import Catalogue
from desktop.viewmodels.stream import OutboxState, StreamKind, StreamRow

translate = QCoreApplication.translate

_TOUCHPOINT_ICONS = frozenset({"visit", "purchase", "survey", "delivery", "payment"})


class StreamWords:
    """``is_mine`` tells my messages from colleagues'; ``customer`` gives the name of the customer shown, ``is_held_up``
    whether an earlier step in the contact keeps what was written since from going out, ``mood_words`` the words that carried
    the mood of a message."""

    def __init__(
        self,
        catalogue: Catalogue,
        is_mine: Callable[[Message], bool],
        customer: Callable[[], str],
        is_held_up: Callable[[], bool] = lambda: False,
        mood_words: Callable[[Message], tuple[str, ...]] = lambda _message: (),
    ) -> None:
        self._catalogue = catalogue
        self._is_mine = is_mine
        self._customer = customer
        self._is_held_up = is_held_up
        self._mood_words = mood_words

    def author(self, message: Message) -> str:
        """Return who said it."""
        match message.author:
            case Author.CUSTOMER:
                return message.author_name or self._customer() or translate("stream", "Customer")
            case Author.AGENT if self._is_mine(message):
                return translate("stream", "You")
            case Author.AGENT:
                known = self._catalogue.agent(message.agent_id)
                return message.author_name or known or translate("stream", "Colleague")
            case Author.BOT:
                return message.author_name or translate("stream", "Assistant")
            case _:
                return message.author_name

    def note_by(self, message: Message) -> str:
        """Return whose note it is."""
        if self._is_mine(message):
            return translate("stream", "Your note")
        author = self.author(message)
        return translate("stream", "Note by %1").replace("%1", author) if author else translate("stream", "Note")

    def whisper_by(self, message: Message) -> str:
        """Return whose whisper it is and who sees it."""
        if self._is_mine(message):
            name = self._catalogue.agent(message.values.get("to"))
            mine = translate("stream", "You whispered to %1").replace("%1", name)
            return mine if name else translate("stream", "You whispered")
        by = self.author(message)
        return translate("stream", "%1 whispers · only you see this").replace("%1", by)

    def edited(self, message: Message) -> str:
        """Return that a message has another wording than it came with, nothing where it has not."""
        return translate("stream", "edited") if message.edited_at is not None and not message.is_redacted else ""

    def taken_back(self, message: Message) -> str:
        """Return what stands in place of a message that its writer took back, nothing for others."""
        return translate("stream", "Removed by the customer") if message.is_redacted else ""

    @staticmethod
    def turned_away(message: Message) -> list[str]:
        """Return which files came along and were not taken, a line for each reason."""
        lines = {
            "infected_files": translate("stream", "Turned away for a virus: %1"),
            "unscanned_files": translate("stream", "Turned away as no virus scanner was there to look: %1"),
            "lost_files": translate("stream", "Turned away for its size or type: %1"),
        }
        return [line.replace("%1", names) for why, line in lines.items() if (names := message.values.get(why))]

    def caption(self, message: Message) -> str:
        """Return what stands above what somebody said, noted or whispered."""
        match message.kind:
            case MessageKind.NOTE:
                return self.note_by(message)
            case MessageKind.WHISPER:
                return self.whisper_by(message)
            case _:
                return self.author(message)

    def delivery(self, row: StreamRow) -> tuple[str, str]:
        """Return how far one of our messages got, as a word and the name of an icon; nothing for others."""
        message, entry = row.item.message, row.item.entry
        if message is None or message.author is not Author.AGENT:
            return "", ""
        if entry is None and message.values.get(KEPT_HERE):
            return translate("stream", "only here"), "lock"
        if message.kind is MessageKind.NOTE:
            if entry is None:
                return "", ""
            if _is_stuck(row):
                return translate("stream", "not saved"), "error"
            if entry.state is not OutboxState.QUEUED:
                return translate("stream", "saving"), "pending"
        if entry is not None:
            return {
                OutboxState.HELD: (translate("stream", "held back"), "timer"),
                OutboxState.QUEUED: (
                    translate("stream", "waits for the step above")
                    if self._is_held_up()
                    else translate("stream", "queued"),
                    "clock",
                ),
                OutboxState.SENDING: (translate("stream", "sending"), "pending"),
                OutboxState.PENDING: (translate("stream", "on its way"), "pending"),
                OutboxState.AMBIGUOUS: (translate("stream", "checking whether it arrived"), "pending"),
                OutboxState.WEDGED: (translate("stream", "not sent"), "error"),
            }[entry.state]
        icon = {
            Delivery.PENDING: "pending",
            Delivery.QUEUED: "clock",
            Delivery.SENT: "check",
            Delivery.DELIVERED: "checks",
            Delivery.READ: "checks",
            Delivery.FAILED: "error",
        }.get(message.delivery, "")
        return (words.delivery(message.delivery), icon) if icon else ("", "")

    def mood(self, row: StreamRow) -> tuple[str, str, str]:
        """Return how the customer felt who wrote a message, as a word, with icon and colour; nothing where that is nothing
        special."""
        message = row.item.message
        if message is None or message.mood is None or message.author is not Author.CUSTOMER:
            return "", "", ""
        word, kind = words.mood(message.mood)
        return ("", "", "") if kind == "neutral" else (word, words.mood_icon(message.mood), kind)

    def mood_more(self, row: StreamRow) -> str:
        """Return how the customer felt and by which words one sees it, for a tooltip; nothing where nobody judged it."""
        message = row.item.message
        if message is None or message.mood is None or message.author is not Author.CUSTOMER:
            return ""
        told = translate("stream", "Mood: %1").replace("%1", words.mood(message.mood)[0])
        said = ", ".join(formats.quoted(word) for word in self._mood_words(message))
        return f"{told} ({said})" if said and self.mood(row)[0] else told

    def delivery_more(self, row: StreamRow) -> str:
        """Return how far one of our messages got in a sentence, for a tooltip; nothing for others."""
        message, entry = row.item.message, row.item.entry
        if message is None or not self.delivery(row)[0]:
            return ""
        if entry is not None:
            return {
                OutboxState.HELD: translate("stream", "Held back for a few seconds, so that it can be taken back."),
                OutboxState.QUEUED: translate(
                    "stream", "Waits for the step above, which was refused: retry or discard that one first."
                )
                if self._is_held_up()
                else translate("stream", "Kept on this computer; it goes out as soon as there is a connection."),
                OutboxState.SENDING: translate("stream", "Being sent."),
                OutboxState.PENDING: translate("stream", "The centre has it, and has not handed it on yet."),
                OutboxState.AMBIGUOUS: translate(
                    "stream", "The answer got lost. It is looked up whether it arrived before it is sent again."
                ),
                OutboxState.WEDGED: self.failure(row),
            }[entry.state]
        if message.values.get(KEPT_HERE):
            return translate("stream", "Written while a recording was played; it never left this computer.")
        return {
            Delivery.PENDING: translate("stream", "Being sent."),
            Delivery.QUEUED: translate("stream", "The centre has it, and has not handed it on yet."),
            Delivery.SENT: translate("stream", "Handed to the channel; nothing more is known yet."),
            Delivery.DELIVERED: translate("stream", "Arrived at the customer."),
            Delivery.READ: translate("stream", "The customer has read it."),
            Delivery.FAILED: self.failure(row) or translate("stream", "It could not be delivered."),
        }.get(message.delivery, "")

    def failure(self, row: StreamRow) -> str:
        """Return why a message did not get out, in a sentence."""
        message, entry = row.item.message, row.item.entry
        if entry is not None and entry.state is OutboxState.WEDGED:
            return reasons.refusal(entry.error)
        if message is not None and message.delivery is Delivery.FAILED:
            return reasons.undelivered(message.failure) if message.failure else ""
        return ""

    def event(self, message: Message) -> str:
        """Return what happened, for calls and events; a code nobody knows is put in plain words."""
        who, values = message.author_name, message.values
        if message.agent_id is not None and self._is_mine(message):
            who = translate("stream", "You")
        seconds = int(values["duration_s"]) if values.get("duration_s", "").isdigit() else 0
        length = formats.span(seconds) if seconds else ""
        to = self._catalogue.queue(values.get("to_queue")) if values.get("to_queue") else ""
        to = self._catalogue.agent(values.get("to_agent")) or to or values.get("to", "")
        known = {
            "ringing": translate("stream", "Call came in"),
            "answered": translate("stream", "Call answered"),
            "ended": translate("stream", "Call ended after %1").replace("%1", length)
            if length
            else translate("stream", "Call ended"),
            "missed": translate("stream", "Call missed"),
            "transferred": translate("stream", "Handed to %1").replace("%1", to)
            if to
            else translate("stream", "Handed on"),
            "requeued": translate("stream", "Put back into the queue"),
            "reopened": translate("stream", "Reopened"),
            "closed": translate("stream", "Closed: %1").replace(
                "%1", self._catalogue.disposition(values["disposition"])
            )
            if values.get("disposition")
            else translate("stream", "Closed"),
            "accepted": translate("stream", "Accepted"),
            "held": translate("stream", "Put on hold"),
            "resumed": translate("stream", "Resumed"),
            "text_cut": translate("stream", "The message above was too long: its end was left out"),
            "encrypted": translate("stream", "Wrote in an encrypted room: their words cannot be read here"),
            "message_edited": translate("stream", "A message above was changed by the customer"),
            "message_redacted": translate("stream", "A message above was removed by the customer"),
            "opt_out": translate("stream", "Forbade to be written to on this channel"),
            "opt_in": translate("stream", "Allowed to be written to on this channel again"),
            "linked": translate("stream", "Customer assigned"),
            "merged": translate("stream", "Customers merged"),
            **self._flow_events(values),
            **routing_events.words(values, self._catalogue, to),
            "verified": translate("stream", "Customer verified"),
            "verification_failed": translate("stream", "Verification failed: too many wrong answers"),
        }.get(message.event, message.event.replace("_", " ").replace(".", " ").strip().capitalize())
        if message.event in routing_events.SAYS_WHO:
            who = ""
        text = message.text.strip().partition("\n")[0]
        parts = [known or text, text if known and text and message.event not in ("text_cut",) else "", who]
        return " · ".join(part for part in parts if part)

    def _flow_events(self, values: dict[str, str]) -> dict[str, str]:
        """What happened in a guided flow. What was filled in stays in the flow: it may be sensitive."""
        step = {
            "done": translate("stream", "Step done: %1"),
            "skipped": translate("stream", "Step left out: %1"),
            "open": translate("stream", "Step opened again: %1"),
        }.get(values.get("state", ""), "%1")
        patterns = {
            "flow_started": translate("stream", "Guide begun: %1"),
            "flow_step": step,
            "flow_ended": translate("stream", "Guide stopped: %1"),
        }
        title = self._catalogue.titled(values)
        return {event: pattern.replace("%1", title) for event, pattern in patterns.items()}

    def touchpoint(self, touchpoint: Touchpoint) -> str:
        """Return an event of the customer's journey in one line."""
        parts = [words.channel(touchpoint.channel), touchpoint.title or touchpoint.kind.replace("_", " ").capitalize()]
        if touchpoint.duration_s:
            parts.append(formats.span(touchpoint.duration_s))
        if touchpoint.rating is not None:
            parts.append(translate("stream", "rated %1 of 5").replace("%1", str(touchpoint.rating)))
        return " · ".join(parts)

    def gap(self) -> str:
        return translate("stream", "Earlier history is still on its way to this computer")

    def describe(self, row: StreamRow) -> str:
        """Return a row as a screen reader says it."""
        item, at = row.item, formats.exact(row.item.at)
        if item.kind is StreamKind.GAP:
            return self.gap()
        if item.touchpoint is not None:
            return f"{self.touchpoint(item.touchpoint)}, {at}"
        message = item.message
        if message is None:
            return at
        if message.kind in (MessageKind.CALL, MessageKind.EVENT):
            return f"{self.event(message)}, {at}"
        parts = [self.caption(message), message.subject, self.taken_back(message) or plain_text(message)]
        parts += [attachment.name for attachment in message.attachments]
        parts += [at, self.edited(message), self.mood(row)[0], self.delivery(row)[0], self.failure(row)]
        return ", ".join(part for part in parts if part)


def event_icon(message: Message) -> str:
    """Return the icon of a call or event."""
    if message.kind is MessageKind.CALL:
        return "hang_up" if message.event in ("ended", "missed") else "call"
    if message.event.startswith("flow_"):
        return "guide"
    known = {"transferred": "transfer", "requeued": "queue", "closed": "check", "reopened": "refresh"}
    return known.get(message.event) or routing_events.ICONS.get(message.event, "info")


def touchpoint_icon(touchpoint: Touchpoint) -> str:
    """Return the icon of a journey's event: what it was, else how it came."""
    if touchpoint.kind in _TOUCHPOINT_ICONS:
        return touchpoint.kind
    return "shop" if touchpoint.kind == "shop_visit" else words.channel_icon(touchpoint.channel)


def _is_stuck(row: StreamRow) -> bool:
    return row.item.entry is not None and row.item.entry.state is OutboxState.WEDGED
