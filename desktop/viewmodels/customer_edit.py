"""Editing a customer's record: what was typed, what is wrong with it, and what a colleague changed meanwhile.

Half-filled it is kept as a draft of kind ``customer`` under the customer's id, so that it survives whatever happens to the
program, and is offered when the customer is shown again. Saving hands the fields that differ to ``CustomerViewModel`` and
drops the draft in the same transaction. Values are as JSON has them, those that are typed are texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.commands import UpdateCustomer
from desktop.domain.customer import Customer, IdentityKind, field_value, is_same_value
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import journal, projections
from desktop.store.rows import CUSTOMER_DRAFT, Draft
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.drafting import SAVE_MS, DraftSaver
from desktop.viewmodels.takeback import customer_draft
from desktop.viewmodels.workplace import Workplace

__all__ = ["CONTACTS", "TEXTS", "Contact", "CustomerEditModel", "read_date"]

ADDRESS: Final = ("address.street", "address.postcode", "address.city", "address.country")
TEXTS: Final = ("name", "birth_date", "language", *ADDRESS)
CONTACTS, CONSENTS = "identities", "consents"
FIELDS: Final = (*TEXTS, CONTACTS, CONSENTS)
LONGEST: Final = 300
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})"),
)
_EDITED_KINDS: Final = (IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.HANDLE)


@dataclass(frozen=True, slots=True)
class Contact:
    """One address as it stands in the form; ``known`` is what the record holds of it, if it came from there."""

    kind: str
    value: str
    known: Mapping[str, Any] | None = None


def read_date(text: str) -> date | None:
    """Return the day somebody typed: 1980-03-14, 14.3.1980 or 14/03/1980. ``None`` where it is none."""
    for pattern in _DATES:
        if found := pattern.fullmatch(text.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


class CustomerEditModel(QObject):
    """``opened``: a form is to be filled from here; ``changed``: open or not, problems, what a colleague did; ``closed``."""

    opened = Signal()
    changed = Signal()
    closed = Signal()

    def __init__(self, workplace: Workplace, customer: CustomerViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._customer = customer
        self._id: CustomerId | None = None
        self._base: dict[str, Any] = {}
        self._values: dict[str, Any] = {}
        self._draft: Draft | None = None
        self._draft_of: CustomerId | None = None
        self._wants_open: CustomerId | None = None
        self._is_dirty = False
        self.problems: dict[str, str] = {}
        self.meanwhile: dict[str, Any] = {}
        self._saver = DraftSaver(workplace, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.flush)
        customer.changed.connect(self._on_customer)

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._id is not None

    @property
    def can_begin(self) -> bool:
        """Whether there is a customer to edit, in a system that lets edit."""
        return self._customer.can_update

    @property
    def has_draft(self) -> bool:
        """Whether changes of the customer shown were begun and not saved."""
        return not self.is_open and self._draft is not None and self._draft_of == self._customer.customer_id

    @property
    def has_changes(self) -> bool:
        return bool(self._touched())

    @property
    def can_save(self) -> bool:
        """Whether anything differs, and nothing is open between two versions."""
        return self.has_changes and not self.meanwhile

    def text(self, name: str) -> str:
        """Return what a text field holds."""
        return str(self._values.get(name) or "")

    def before(self, name: str) -> Any:
        """Return what a field held when editing began."""
        return self._base.get(name)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The e-mail addresses, numbers and accounts; customer numbers stay as they are."""
        return tuple(
            Contact(one.get("kind", ""), one.get("value", ""), one if one.get("normalised") else None)
            for one in self._values.get(CONTACTS) or ()
            if one.get("kind") in _EDITED_KINDS
        )

    def consent(self, purpose: str) -> bool | None:
        """Return what the customer said about being contacted, ``None`` where nobody asked."""
        said = {one["purpose"]: bool(one["is_granted"]) for one in self._values.get(CONSENTS) or ()}
        return said.get(purpose)

    # --- the way through --------------------------------------------------------------------------------------------

    def begin(self, customer_id: CustomerId | None = None) -> None:
        """Open the form for the customer shown, going on with what was begun before. With ``customer_id`` as soon as that
        one is shown."""
        if customer_id is not None and customer_id != self._customer.customer_id:
            self._wants_open = customer_id
            return
        self._wants_open = None
        card = self._customer.card
        if card is None or self.is_open:
            return
        id_ = card.customer.id

        def _open(draft: Draft | None) -> None:
            current = self._customer.card
            if current is not None and current.customer.id == id_ and not self.is_open:
                self._open(current.own, draft)

        self._workplace.ask(lambda conn: projections.load_draft(conn, InteractionId(id_), CUSTOMER_DRAFT), _open)

    def bring_back(self, command: UpdateCustomer) -> None:
        """Show edits that were taken back; where the form is open, what was typed since is kept above them."""
        if self._id != command.customer_id:
            self.begin(command.customer_id)
            return
        touched = self._touched()
        self._values |= {
            name: value for name, value in command.fields.items() if name in FIELDS and name not in touched
        }
        self._mark_dirty()
        self.opened.emit()
        self.changed.emit()

    def put_aside(self) -> None:
        """Close the form; what was typed is kept as a draft."""
        self.flush()
        if self._id is not None:
            self._draft_of, self._draft = self._id, self._as_draft() if self._touched() else None
            self._close()

    def drop(self) -> None:
        """Close the form, or forget what was begun before, and with it what was typed."""
        id_ = self._id or self._draft_of
        self._timer.stop()
        self._is_dirty = False
        if id_ is not None:
            self._saver.save([Draft(InteractionId(id_), CUSTOMER_DRAFT, "")])
        self._draft = None
        if self.is_open:
            self._close()
        else:
            self.changed.emit()

    def save(self) -> bool:
        """Send what differs; says whether that was possible. What is wrong is in ``problems``."""
        touched = self._touched()
        self.problems = {name: code for name in touched for name, code in self._wrong(name).items()}
        if not touched or self.problems or self.meanwhile or self._id is None:
            self.changed.emit()
            return False
        id_ = InteractionId(self._id)
        fields = {name: self._sent(name) for name in touched}
        if not self._customer.update(fields, lambda w: journal.drop_draft(w, id_, CUSTOMER_DRAFT)):
            return False
        self._timer.stop()
        self._is_dirty = False
        self._saver.save([Draft(id_, CUSTOMER_DRAFT, "")])
        self._draft = None
        self._close()
        return True

    def flush(self) -> None:
        """Keep what was typed now."""
        self._timer.stop()
        if self._id is not None and self._is_dirty:
            self._is_dirty = False
            self._saver.save(
                [self._as_draft() if self._touched() else Draft(InteractionId(self._id), CUSTOMER_DRAFT, "")]
            )

    def _open(self, customer: Customer, draft: Draft | None) -> None:
        self._id = customer.id
        self._base = {name: field_value(customer, name) for name in FIELDS}
        self._values = dict(self._base)
        self.problems, self.meanwhile = {}, {}
        kept = next(iter(self._saver.laid_over(InteractionId(customer.id), [draft] if draft else [])), None)
        if kept is not None and kept.fields:
            self._values |= _decoded(kept.fields.get("fields"))
            begun = _decoded(kept.fields.get("before"))
            for name, before in begun.items():
                now, self._base[name] = self._base.get(name), before
                self._compare(name, now)
        self._draft = None
        self.opened.emit()
        self.changed.emit()

    def _close(self) -> None:
        self._id = None
        self.problems, self.meanwhile = {}, {}
        self.closed.emit()
        self.changed.emit()

    # --- filling in -------------------------------------------------------------------------------------------------

    def type(self, name: str, text: str) -> None:
        """Take over what a text field holds now."""
        if self.is_open and text != self.text(name):
            self._put(name, text)

    def set_contacts(self, contacts: tuple[Contact, ...]) -> None:
        """Take over the addresses as they stand in the form."""
        if contacts == self.contacts or not self.is_open:
            return
        others = [one for one in self._values.get(CONTACTS) or () if one.get("kind") not in _EDITED_KINDS]
        self._put(CONTACTS, [*(_contact(one) for one in contacts), *others])

    def set_consent(self, purpose: str, is_granted: bool | None) -> None:
        """Note what the customer said about being contacted, today."""
        if not self.is_open or self.consent(purpose) is is_granted:
            return
        known = next((one for one in self._base.get(CONSENTS) or () if one["purpose"] == purpose), None)
        if known is not None and known["is_granted"] is is_granted:
            said = [known]
        elif is_granted is None:
            said = []
        else:
            at = self._workplace.now().isoformat()
            said = [{"purpose": purpose, "is_granted": is_granted, "at": at, "source": "agent"}]
        others = [one for one in self._values.get(CONSENTS) or () if one["purpose"] != purpose]
        self._put(CONSENTS, [*others, *said])

    def take_theirs(self, name: str) -> None:
        """Of two versions of a field take the colleague's."""
        if name in self.meanwhile:
            self._values[name] = self._base[name] = self.meanwhile.pop(name)
            self._mark_dirty()
            self.opened.emit()
            self.changed.emit()

    def keep_mine(self, name: str) -> None:
        """Of two versions of a field keep what was typed here."""
        if name in self.meanwhile:
            self._base[name] = self.meanwhile.pop(name)
            self._mark_dirty()
            self.changed.emit()

    def _put(self, name: str, value: Any) -> None:
        could = self.has_changes
        self._values[name] = value
        gone = [key for key in self.problems if key.partition("#")[0] == name]
        for key in gone:
            del self.problems[key]
        if name in self.meanwhile and self._is_same(name, self.meanwhile[name]):
            self._base[name] = self.meanwhile.pop(name)
        self._mark_dirty()
        if gone or could != self.has_changes:
            self.changed.emit()

    def _mark_dirty(self) -> None:
        self._is_dirty = True
        if not self._timer.isActive():
            self._timer.start()

    # --- what differs, what is wrong --------------------------------------------------------------------------------

    def _touched(self) -> list[str]:
        return [name for name in FIELDS if self.is_open and not self._is_same(name, self._base.get(name))]

    def _is_same(self, name: str, other: Any) -> bool:
        return is_same_value(name, self._sent(name), other)

    def _sent(self, name: str) -> Any:
        """Return a field's value as it is sent."""
        value = self._values.get(name)
        if name == "birth_date":
            day = read_date(str(value or ""))
            return day.isoformat() if day else (value or None)
        if name == CONTACTS:
            return [one for one in value or () if str(one.get("value", "")).strip()]
        return " ".join(value.split()) if isinstance(value, str) else value

    def _wrong(self, name: str) -> dict[str, str]:
        """Return what is wrong with a field: codes by the name of the field, of an address with its place (``#0``)."""
        if name == CONTACTS:
            return self._wrong_contacts()
        text = self.text(name).strip()
        if name == "name" and not text and self._base.get("name"):
            return {name: "empty"}
        if name == "birth_date" and text:
            day = read_date(text)
            if day is None or day.year < 1900:
                return {name: "date"}
            return {name: "future"} if day > self._workplace.now().date() else {}
        return {name: "too_long"} if len(text) > LONGEST else {}

    def _wrong_contacts(self) -> dict[str, str]:
        from desktop.insight import normalise

        wrong: dict[str, str] = {}
        for number, one in enumerate(self.contacts):
            is_new = one.known is None or one.known.get("value") != one.value
            if one.value.strip() and is_new and normalise.identity(one.kind, one.value) is None:
                wrong[f"{CONTACTS}#{number}"] = one.kind
        return wrong

    # --- following --------------------------------------------------------------------------------------------------

    def _on_customer(self) -> None:
        card = self._customer.card
        shown = card.customer.id if card else None
        if self.is_open and shown != self._id:
            self.put_aside()
        elif self.is_open and card is not None:
            self._follow(card.own)
        if shown is not None and shown == self._wants_open:
            self.begin()
        elif shown is not None and shown != self._draft_of:
            self._look_for_draft(shown)

    def _follow(self, customer: Customer) -> None:
        """Somebody changed the record: fields left alone show it, the others show both versions."""
        is_other = False
        for name in FIELDS:
            now, base = field_value(customer, name), self._base.get(name)
            if is_same_value(name, now, base):
                continue
            is_other = True
            if self._is_same(name, base):
                self._values[name] = self._base[name] = now
            else:
                self._compare(name, now)
        if is_other:
            self.opened.emit()
            self.changed.emit()

    def _compare(self, name: str, now: Any) -> None:
        if is_same_value(name, now, self._base.get(name)):
            self.meanwhile.pop(name, None)
        elif self._is_same(name, now):
            self._base[name] = now
            self.meanwhile.pop(name, None)
        else:
            self.meanwhile[name] = now

    def _look_for_draft(self, customer_id: CustomerId) -> None:
        self._draft_of, self._draft = customer_id, None

        def _found(draft: Draft | None) -> None:
            if self._draft_of == customer_id and not self.is_open:
                self._draft = draft
                self.changed.emit()

        self._workplace.ask(
            lambda conn: projections.load_draft(conn, InteractionId(customer_id), CUSTOMER_DRAFT),
            _found,
        )

    def _as_draft(self) -> Draft:
        touched = self._touched()
        assert self._id is not None
        fields = {name: self._values.get(name) for name in touched}
        before = {name: self._base.get(name) for name in touched}
        return customer_draft(UpdateCustomer(customer_id=self._id, fields=fields, before=before))


def _contact(one: Contact) -> dict[str, Any]:
    from desktop.insight import normalise

    if one.known is not None and one.known.get("value") == one.value and one.known.get("kind") == one.kind:
        return dict(one.known)
    made = normalise.identity(one.kind, one.value, source="agent") if one.value.strip() else None
    if made is not None:
        return dict(msgspec.to_builtins(made))
    return {"kind": one.kind, "value": one.value}


def _decoded(text: str | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
    return {name: value for name, value in found.items() if name in FIELDS}
