"""What a Chatwoot keeps: one account with its conversations, messages and contacts, and what is told of them. No network.

It behaves as the published contract and the notes beside it say: numbers of conversations count per account, a row carries
its last message only, each change of a conversation leaves a line of activity in it, a message taken back stays as an
empty row, ``echo_id`` is given back once and not kept, and is no key: the same one twice makes two messages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
INCOMING, OUTGOING, ACTIVITY = 0, 1, 2
PER_PAGE, PER_PAGE_CONTACTS = 25, 15


def without_none(row: Row) -> Row:
    """The contract knows few fields that may be null."""
    return {name: value for name, value in row.items() if value is not None}


class Missing(Exception):
    """There is no such thing."""


class Office:
    """One account. ``told`` gets each event and its data; ``now`` is the clock (Unix seconds)."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.told: Callable[[str, Row], None] = lambda event, data: None
        self.account = 3
        self.users: dict[int, Row] = {}
        self.inboxes: dict[int, Row] = {}
        self.teams: dict[int, Row] = {}
        self.labels: list[str] = []
        self.canned: dict[int, Row] = {}
        self.contacts: dict[int, Row] = {}
        self.conversations: dict[int, Row] = {}
        self.messages: dict[int, list[Row]] = {}
        self.files: dict[str, bytes] = {}
        self.typing: list[tuple[int, str]] = []
        self._last = {"message": 100, "conversation": 0, "contact": 0, "file": 0}
        self._echoes: dict[int, str] = {}

    def number(self, what: str) -> int:
        self._last[what] += 1
        return self._last[what]

    # --- who and what there is --------------------------------------------------------------------------------------

    def add_user(self, id_: int, name: str, *, token: str, password: str = "", role: str = "agent") -> None:
        self.users[id_] = {
            "id": id_,
            "name": name,
            "email": f"{name.lower()}@firm.example",
            "token": token,
            "password": password,
            "role": role,
            "availability": "offline",
            "pubsub_token": f"socket-{id_}-{token}",
        }

    def add_inbox(self, id_: int, name: str, channel_type: str = "Channel::WebWidget") -> None:
        self.inboxes[id_] = {"id": id_, "name": name, "channel_type": channel_type, "channel_id": id_}

    def add_contact(self, name: str, **fields: Any) -> int:
        id_ = self.number("contact")
        self.contacts[id_] = {
            "id": id_,
            "name": name,
            "email": None,
            "phone_number": None,
            "identifier": None,
            "additional_attributes": {},
            "custom_attributes": {},
            "created_at": int(self.now()),
            "last_activity_at": int(self.now()),
            **fields,
        }
        self.told("contact.created", {"id": id_})
        return id_

    def begin(self, contact: int, said: str, *, inbox: int = 1, **fields: Any) -> int:
        """A contact writes for the first time; returns the conversation's number."""
        id_ = self.number("conversation")
        at = self.now()
        self.conversations[id_] = {
            "id": id_,
            "contact": contact,
            "inbox_id": inbox,
            "status": "open",
            "assignee": None,
            "team": None,
            "priority": None,
            "labels": [],
            "custom_attributes": {},
            "additional_attributes": {},
            "snoozed_until": None,
            "waiting_since": at,
            "first_reply_created_at": None,
            "contact_last_seen_at": 0,
            "created_at": at,
            "updated_at": at,
            "last_activity_at": at,
            "can_reply": True,
            **fields,
        }
        self.messages[id_] = []
        self.told("conversation.created", {"id": id_})
        self.say(id_, said)
        self.conversations[id_]["status"] = fields.get("status", "open")
        return id_

    def say(
        self,
        conversation: int,
        content: str,
        *,
        kind: int = INCOMING,
        user: int | None = None,
        private: bool = False,
        echo_id: str = "",
        content_attributes: Row | None = None,
        attachments: list[tuple[str, str, bytes]] | None = None,
    ) -> Row:
        """Add a message. Of a contact unless a ``user`` is named."""
        row = self.conversation(conversation)
        message = {
            "id": self.number("message"),
            "content": content,
            "message_type": OUTGOING if user is not None else kind,
            "private": private,
            "content_attributes": content_attributes or {},
            "user": user,
            "status": "sent",
            "created_at": int(self.now()),
            "files": [self._file(*one) for one in attachments or []],
        }
        self.messages[conversation].append(message)
        if message["message_type"] == INCOMING:
            self.contacts[row["contact"]]["last_activity_at"] = int(self.now())
            row["waiting_since"] = row["waiting_since"] or self.now()
            if row["status"] in ("resolved", "snoozed"):
                row["status"], row["snoozed_until"] = "open", None
        elif user is not None and not private:
            row["waiting_since"] = None
            row["first_reply_created_at"] = row["first_reply_created_at"] or self.now()
        if echo_id:
            self._echoes[message["id"]] = echo_id
        self._moved(row, is_active=True)
        self.told("message.created", {**self.message_row(conversation, message, is_first=True)})
        return message

    def _file(self, name: str, media_type: str, data: bytes) -> Row:
        id_ = self.number("file")
        self.files[f"{id_}/{name}"] = data
        kind = media_type.partition("/")[0]
        return {"id": id_, "name": name, "kind": kind if kind in ("image", "audio", "video") else "file"}

    # --- what happens -----------------------------------------------------------------------------------------------

    def change(self, conversation: int, activity: str = "", event: str = "conversation.updated", **fields: Any) -> None:
        """Change fields of a conversation, with a line of ``activity`` in it."""
        row = self.conversation(conversation)
        row.update(fields)
        self._moved(row)
        self.told(event, {"id": conversation})
        if activity:
            self.say(conversation, activity, kind=ACTIVITY)

    def edit(self, conversation: int, message: int, **fields: Any) -> None:
        """Change a message."""
        row = self._message(conversation, message)
        row.update(fields)
        self._moved(self.conversation(conversation))
        self.told("message.updated", self.message_row(conversation, row))

    def take_back(self, conversation: int, message: int) -> None:
        """Delete a message: its row stays, its words go."""
        attributes = {"deleted": True}
        self.edit(conversation, message, content="This message was deleted", content_attributes=attributes, files=[])

    def delete(self, conversation: int) -> None:
        """Delete a conversation; nobody is told."""
        del self.conversations[conversation], self.messages[conversation]

    def edit_contact(self, contact: int, **fields: Any) -> None:
        self.contact(contact).update(fields)
        self.told("contact.updated", {"id": contact})

    def merge(self, base: int, merged: int) -> None:
        """Fold a contact into another, which takes what it lacks."""
        into, gone = self.contact(base), self.contact(merged)
        for name, value in gone.items():
            into[name] = into[name] or value
        for row in self.conversations.values():
            if row["contact"] == merged:
                row["contact"] = base
                self._moved(row)
        del self.contacts[merged]
        self.told("contact.deleted", {"id": merged})
        self.told("contact.merged", {"id": base})

    def set_availability(self, user: int, availability: str) -> None:
        self.users[user]["availability"] = availability
        self.told("presence.update", {"users": {str(u["id"]): u["availability"] for u in self.users.values()}})

    def _moved(self, row: Row, *, is_active: bool = False) -> None:
        row["updated_at"] = max(self.now(), row["updated_at"] + 0.000001)
        if is_active:
            row["last_activity_at"] = self.now()

    # --- looking ----------------------------------------------------------------------------------------------------

    def conversation(self, id_: int) -> Row:
        if id_ not in self.conversations:
            raise Missing
        return self.conversations[id_]

    def contact(self, id_: int) -> Row:
        if id_ not in self.contacts:
            raise Missing
        return self.contacts[id_]

    def _message(self, conversation: int, message: int) -> Row:
        self.conversation(conversation)
        for row in self.messages[conversation]:
            if row["id"] == message:
                return row
        raise Missing

    def listed(self, status: str, updated_within: int | None) -> list[Row]:
        """Conversations by last activity, the newest first."""
        found = [row for row in self.conversations.values() if status in ("all", row["status"])]
        if updated_within is not None:
            found = [row for row in found if row["updated_at"] > self.now() - updated_within]
        return sorted(found, key=lambda row: row["last_activity_at"], reverse=True)

    def page_of_messages(self, conversation: int, after: int | None, before: int | None) -> list[Row]:
        self.conversation(conversation)
        found = self.messages[conversation]
        if after is not None and before is not None:
            return [row for row in found if after < row["id"] < before][:1000]
        if after is not None:
            return [row for row in found if row["id"] > after][:100]
        return [row for row in found if before is None or row["id"] < before][-20:]

    # --- rows as they are told --------------------------------------------------------------------------------------

    def conversation_row(self, row: Row) -> Row:
        last = [self.message_row(row["id"], one) for one in self.messages[row["id"]][-1:]]
        spoken = [one for one in self.messages[row["id"]] if one["message_type"] != ACTIVITY]
        assignee, team = self.users.get(row["assignee"] or 0), self.teams.get(row["team"] or 0)
        inbox = self.inboxes[row["inbox_id"]]
        whole = {
            **{name: row[name] for name in row if name not in ("contact", "assignee", "team")},
            "account_id": self.account,
            "uuid": f"uuid-{row['id']}",
            "messages": last,
            "timestamp": str(int(row["last_activity_at"])),
            "last_activity_at": int(row["last_activity_at"]),
            "created_at": int(row["created_at"]),
            "unread_count": 0,
            "muted": False,
            "waiting_since": int(row["waiting_since"] or 0),
            "last_non_activity_message": self.message_row(row["id"], spoken[-1]) if spoken else None,
            "meta": without_none(
                {
                    "sender": without_none(self.contact_row(self.contacts[row["contact"]])),
                    "channel": inbox["channel_type"],
                    "assignee": self.user_row(assignee) if assignee else None,
                    "team": team,
                    "hmac_verified": False,
                }
            ),
        }
        return without_none(whole)

    def message_row(self, conversation: int, message: Row, *, is_first: bool = False) -> Row:
        """``is_first``: in the answer to sending it, and in what is pushed, ``echo_id`` comes along."""
        row = self.conversations[conversation]
        user = self.users.get(message["user"] or 0)
        contact = self.contacts.get(row["contact"])
        sender: Row | None = None
        if user is not None:
            sender = {"id": user["id"], "name": user["name"], "available_name": user["name"], "type": "user"}
        elif message["message_type"] == INCOMING and contact is not None:
            sender = {**self.contact_row(contact), "type": "contact"}
        attachments = [
            {
                "id": one["id"],
                "message_id": message["id"],
                "file_type": one["kind"],
                "account_id": self.account,
                "data_url": f"/rails/active_storage/blobs/redirect/{one['id']}/{one['name']}",
                "file_size": len(self.files[f"{one['id']}/{one['name']}"]),
            }
            for one in message["files"]
        ]
        return without_none(
            {
                "id": message["id"],
                "content": message["content"],
                "account_id": self.account,
                "inbox_id": row["inbox_id"],
                "conversation_id": conversation,
                "message_type": message["message_type"],
                "content_type": "text",
                "content_attributes": message["content_attributes"],
                "status": message["status"],
                "created_at": message["created_at"],
                "private": message["private"],
                "sender": sender,
                "attachments": attachments or None,
                "echo_id": (self._echoes.get(message["id"]) if is_first else None),
            }
        )

    def contact_row(self, contact: Row) -> Row:
        return {**contact, "availability_status": "offline", "thumbnail": "", "blocked": False}

    def user_row(self, user: Row) -> Row:
        return {
            "id": user["id"],
            "name": user["name"],
            "available_name": user["name"],
            "email": user["email"],
            "role": user["role"],
            "account_id": self.account,
            "confirmed": True,
        }

    def agent_row(self, user: Row) -> Row:
        told = {"online": "available"}.get(user["availability"], user["availability"])
        return {**self.user_row(user), "availability_status": told, "auto_offline": True, "thumbnail": ""}

    def profile_row(self, user: Row) -> Row:
        account = {
            "id": self.account,
            "name": "Firm",
            "status": "active",
            "role": user["role"],
            "availability_status": user["availability"],
        }
        return {
            **self.user_row(user),
            "uid": user["email"],
            "provider": "email",
            "pubsub_token": user["pubsub_token"],
            "access_token": user["token"],
            "accounts": [account],
        }
