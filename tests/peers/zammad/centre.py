"""What a Zammad holds, and the rules by which it changes: tickets that are touched by all that happens in them, a search
index that is late, merges that carry articles over, deletions that leave no trace. Speaks no HTTP. All names are made up.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]

NOBODY, ANNA, BEN = 1, 3, 4
NEW, OPEN, REMINDER, CLOSED, MERGED, ACTION = 1, 2, 3, 4, 5, 7
SERVICE, SALES, HIDDEN = 1, 2, 9


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Refusal(Exception):
    """A status, and the sentence that comes with it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Centre:
    """The rows. ``takes_conditions``: its search knows conditions; ``has_index``: it has a search index, which is ``late``
    until ``catch_up``; ``keeps_preferences``: what an article is sent with among its preferences is kept."""

    def __init__(self) -> None:
        self.takes_conditions = self.has_index = self.keeps_preferences = True
        self.is_late = False
        self.offset = timedelta()
        self.frozen_at: datetime | None = None
        self.tickets: dict[int, Row] = {}
        self.articles: dict[int, Row] = {}
        self.files: dict[int, tuple[int, bytes]] = {}
        self.tags: dict[int, list[str]] = {}
        self.mentions: dict[int, Row] = {}
        self.notifications: dict[int, Row] = {}
        self.indexed: dict[int, Row] = {}
        self.spool: list[tuple[float, Row]] = []
        self.on_event: Callable[[Row], None] = lambda event: None
        self._last = 100
        now = stamp(self.now())
        dated = {"created_at": now, "updated_at": now, "active": True}
        self.groups = {
            number: {"id": number, "name": name, **dated}
            for number, name in ((SERVICE, "Service"), (SALES, "Sales::Shop"), (HIDDEN, "Board"))
        }
        self.states = [
            {"id": NEW, "name": "new", "state_type": "new", "active": True},
            {"id": OPEN, "name": "open", "state_type": "open", "active": True},
            {"id": REMINDER, "name": "pending reminder", "state_type": "pending reminder", "active": True},
            {"id": CLOSED, "name": "closed", "state_type": "closed", "active": True},
            {"id": MERGED, "name": "merged", "state_type": "merged", "active": True},
            {"id": ACTION, "name": "pending close", "state_type": "pending action", "active": True},
        ]
        self.priorities = [
            {"id": 1, "name": "1 low", "active": True},
            {"id": 2, "name": "2 normal", "active": True, "default_create": True},
            {"id": 3, "name": "3 high", "active": True},
        ]
        self.organizations = {1: {"id": 1, "name": "Lindenhof Möbel GmbH", "domain": "lindenhof.example", **dated}}
        self.users: dict[int, Row] = {NOBODY: {"id": NOBODY, "login": "-", "firstname": "-", **dated, "active": False}}
        agent = {"group_ids": {"1": ["full"], "2": ["full"]}, "role_ids": [2], **dated}
        self.users[ANNA] = {"id": ANNA, "login": "anna@desk.example", "firstname": "Anna", "lastname": "Berg", **agent}
        self.users[BEN] = {"id": BEN, "login": "ben@desk.example", "firstname": "Ben", "lastname": "Dorn", **agent}
        self.modules = [
            {
                "id": 1, "name": "Gruß", "keywords": "gruss,hallo", **dated,
                "content": "<div>Guten Tag #{ticket.customer.fullname},</div><div>#{ticket.number} #{config.fqdn}</div>",
            }
        ]  # fmt: skip

    # --- the people in it -------------------------------------------------------------------------------------------

    def customer(self, given: str, family: str, email: str = "", **more: Any) -> int:
        now = stamp(self.now())
        number = self._next()
        self.users[number] = {
            "id": number, "login": email or f"{given}-{number}".lower(), "firstname": given, "lastname": family,
            "email": email, "role_ids": [3], "group_ids": {}, "active": True, "created_at": now, "updated_at": now, **more,
        }  # fmt: skip
        return number

    def customer_writes(self, customer: int, text: str, *, ticket: int | None = None, **more: Any) -> int:
        """Return the ticket: a new one, unless one is named."""
        user = self.users[customer]
        title = more.pop("title", "Anfrage")
        kind = more.pop("type", "email")
        if ticket is None:
            ticket = self.new_ticket(customer, title, group=more.pop("group_id", SERVICE))
        elif self.tickets[ticket]["state_id"] in (CLOSED, REMINDER):
            self.tickets[ticket]["state_id"] = OPEN
        name = f"{user['firstname']} {user['lastname']}"
        self.article(
            ticket, customer, body=text, type=kind, sender="Customer", subject=title,
            **{"from": f"{name} <{user['email']}>" if kind == "email" else user.get("mobile") or name},
            message_id=f"<{self._last}@mail.example>", **more,
        )  # fmt: skip
        owner = self.tickets[ticket]["owner_id"]
        for agent in [owner] if owner != NOBODY else [ANNA, BEN]:
            self._ring(agent, ticket)
        return ticket

    def new_ticket(self, customer: int, title: str, *, group: int = SERVICE) -> int:
        number, now = self._next(), stamp(self.now())
        self.tickets[number] = {
            "id": number, "number": f"6{number:05d}", "title": title, "group_id": group, "priority_id": 2, "state_id": NEW,
            "organization_id": self.users[customer].get("organization_id"), "owner_id": NOBODY, "customer_id": customer,
            "note": None, "first_response_at": None, "close_at": None, "escalation_at": None, "pending_time": None,
            "last_owner_update_at": None, "article_count": 0,
            "preferences": {}, "created_at": now, "updated_at": now, "created_by_id": customer, "updated_by_id": customer,
        }  # fmt: skip
        self._told("Ticket:create", self.tickets[number])
        return number

    def article(self, ticket: int, by: int, **values: Any) -> Row:
        number, now = self._next(), stamp(self.now())
        files = values.pop("files", [])
        row = {
            "id": number, "ticket_id": ticket, "type": "note", "sender": "Agent", "from": self.users[by]["firstname"],
            "to": "", "cc": "", "subject": "", "reply_to": None, "message_id": None, "in_reply_to": None, "references": None,
            "content_type": "text/plain", "internal": False, "preferences": {}, "created_by_id": by, "updated_by_id": by,
            "origin_by_id": None, "created_at": now, "updated_at": now, "attachments": [], **values,
        }  # fmt: skip
        if not self.keeps_preferences:
            row["preferences"] = {}
        for name, kind, data in files:
            file = self._next()
            self.files[file] = (number, data)
            row["attachments"].append(
                {"id": file, "filename": name, "size": str(len(data)), "preferences": {"Mime-Type": kind}}
            )
        self.articles[number] = row
        self.tickets[ticket]["article_count"] += 1
        if row["sender"] == "Agent" and not row["internal"] and self.tickets[ticket]["first_response_at"] is None:
            self.tickets[ticket]["first_response_at"] = now
        self._told("TicketArticle:create", row)
        self.touch(ticket, by)
        return row

    def change(self, ticket: int, by: int, **values: Any) -> Row:
        row = self.tickets[ticket]
        if "owner_id" in values and values["owner_id"] != row["owner_id"]:
            row["last_owner_update_at"] = stamp(self.now())
        if values.get("state_id") == CLOSED:
            row["close_at"] = stamp(self.now())
        if values.get("state_id") not in (None, REMINDER, ACTION):
            row["pending_time"] = None
        row |= values
        self.touch(ticket, by)
        return row

    def merge(self, source: int, target: int, by: int = BEN) -> None:
        for row in self.articles.values():
            if row["ticket_id"] == source:
                row |= {"ticket_id": target, "updated_at": stamp(self.now())}
        self.article(source, by, body="merged")
        self.change(source, by, state_id=MERGED, owner_id=NOBODY)
        self.touch(target, by)

    def delete(self, ticket: int) -> None:
        row = self.tickets.pop(ticket)
        self.indexed.pop(ticket, None)
        self.articles = {number: one for number, one in self.articles.items() if one["ticket_id"] != ticket}
        self._told("Ticket:destroy", row)

    def delete_user(self, user: int) -> None:
        """As the law wants it: with all tickets of theirs."""
        for ticket in [row["id"] for row in self.tickets.values() if row["customer_id"] == user]:
            self.delete(ticket)
        self._told("User:destroy", self.users.pop(user))

    def delete_article(self, article: int) -> None:
        self.touch(self.articles.pop(article)["ticket_id"], BEN)

    def tag(self, ticket: int, item: str) -> None:
        if item not in self.tags.setdefault(ticket, []):
            self.tags[ticket].append(item)
        self.touch(ticket, BEN)

    def deliver(self, article: int, status: str = "success") -> None:
        """The mail of an article went out, or did not."""
        row = self.articles[article]
        row["preferences"] = row["preferences"] | {"delivery_status": status}
        row["updated_at"] = stamp(self.now())
        self.touch(row["ticket_id"], NOBODY)

    def touch(self, ticket: int, by: int) -> None:
        row = self.tickets[ticket]
        row |= {"updated_at": stamp(self.now()), "updated_by_id": by}
        if not self.is_late:
            self.indexed[ticket] = copy.deepcopy(row)
        self._told("Ticket:update", row)

    def catch_up(self) -> None:
        """The index gets round to what happened."""
        self.indexed = copy.deepcopy(self.tickets)

    def now(self) -> datetime:
        return (self.frozen_at or datetime.now(UTC)) + self.offset

    # --- what is asked of it ----------------------------------------------------------------------------------------

    def sees(self, agent: int, ticket: Row) -> bool:
        return str(ticket["group_id"]) in self.users[agent]["group_ids"]

    def ticket_of(self, agent: int, number: int) -> Row:
        if number not in self.tickets:
            raise Refusal(404, f"Couldn't find Ticket with 'id'={number}")
        if not self.sees(agent, self.tickets[number]):
            raise Refusal(403, "Not authorized")
        return self.tickets[number]

    def find(self, agent: int, conditions: dict[str, Row], query: str, sort_by: str, is_desc: bool) -> list[Row]:
        """Return tickets: by words from the index, which has them in its own order; by conditions from the rows."""
        query = query.replace("*", "")
        rows = self.tickets
        if query and not self.has_index:
            return []
        if query:
            rows = {number: row for number, row in self.indexed.items() if _fits(row, _conditions_of(query))}
        elif self.takes_conditions:
            rows = {number: row for number, row in rows.items() if _fits(row, conditions)}
        found = sorted(rows.values(), key=lambda row: row[sort_by] or "", reverse=is_desc)
        return [self.tickets[row["id"]] for row in found if row["id"] in self.tickets and self.sees(agent, row)]

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _ring(self, agent: int, ticket: int) -> None:
        number, now = self._next(), stamp(self.now())
        self.notifications[number] = {
            "id": number, "o_id": ticket, "object": "Ticket", "type": "update", "seen": False, "user_id": agent,
            "created_at": now, "updated_at": now,
        }  # fmt: skip

    def _told(self, name: str, row: Row) -> None:
        event = {"event": name, "data": {"id": row["id"], "updated_at": row["updated_at"]}}
        self.spool.append((self.now().timestamp(), event))
        self.on_event(event)


def _conditions_of(query: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    if match := re.search(r'updated_at:(>=|<=)"([^"]+)"', query):
        side = "after" if match[1] == ">=" else "before"
        found["ticket.updated_at"] = {"operator": f"{side} (absolute)", "value": match[2]}
    if match := re.search(r"state_id:\(([^)]*)\)", query):
        found["ticket.state_id"] = {"operator": "is", "value": match[1].split(" OR ")}
    return found


def _fits(row: Row, conditions: dict[str, Row]) -> bool:
    for name, condition in conditions.items():
        value, wanted = row[name.removeprefix("ticket.")], condition["value"]
        match condition["operator"]:
            case "after (absolute)" if value is None or instant(value) < instant(wanted):
                return False
            case "before (absolute)" if value is None or instant(value) > instant(wanted):
                return False
            case "is" if str(value) not in wanted:
                return False
    return True
