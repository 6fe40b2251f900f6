"""The stand-in's REST interface: what each call does to an ``Office`` and how it is answered. No network here."""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .office import PER_PAGE, PER_PAGE_CONTACTS, Office, Row, without_none

ROUTES: list[tuple[str, re.Pattern[str], str]] = []


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    user: Row
    at: float = 0.0

    def json(self) -> Row:
        found = json.loads(self.body or b"{}")
        return found if isinstance(found, dict) else {}


def route(method: str, pattern: str) -> Callable[[Any], Any]:
    def keep(handler: Any) -> Any:
        ROUTES.append((method, re.compile(f"^{pattern}/?$"), handler.__name__))
        return handler

    return keep


_A = r"/api/v1/accounts/(?P<account>\d+)"
_C = rf"{_A}/conversations/(?P<id>\d+)"


class Interface:
    """``sessions`` are those of who signed in with a password, and whose they are."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sessions: dict[str, int] = {}

    # --- who --------------------------------------------------------------------------------------------------------

    @route("POST", "/auth/sign_in")
    def sign_in(self, request: Request) -> Any:
        given = request.json()
        for user in self.office.users.values():
            if user["email"] == given.get("email") and user["password"] and user["password"] == given.get("password"):
                session = f"session-{user['id']}-{len(self.sessions)}"
                self.sessions[session] = user["id"]
                more = {"access-token": session, "client": "here", "uid": user["email"], "token-type": "Bearer"}
                status, _, media_type, body = as_json("200 OK", {"data": self.office.profile_row(user)})
                return status, more, media_type, body
        return as_json(
            "401 Unauthorized", {"success": False, "errors": ["Invalid login credentials. Please try again."]}
        )

    @route("GET", "/api/v1/profile")
    def profile(self, request: Request) -> Any:
        return self.office.profile_row(request.user)

    @route("POST", "/api/v1/profile/availability")
    def availability(self, request: Request) -> Any:
        self.office.set_availability(request.user["id"], request.json()["profile"]["availability"])
        return self.office.profile_row(request.user)

    # --- set-up -----------------------------------------------------------------------------------------------------

    @route("GET", f"{_A}/agents")
    def agents(self, request: Request) -> Any:
        return [self.office.agent_row(user) for user in self.office.users.values()]

    @route("GET", f"{_A}/inboxes")
    def inboxes(self, request: Request) -> Any:
        return {"payload": list(self.office.inboxes.values())}

    @route("GET", f"{_A}/teams")
    def teams(self, request: Request) -> Any:
        return list(self.office.teams.values())

    @route("GET", f"{_A}/labels")
    def labels(self, request: Request) -> Any:
        return {"payload": [{"id": i, "title": title} for i, title in enumerate(self.office.labels, 1)]}

    @route("GET", f"{_A}/canned_responses")
    def canned_responses(self, request: Request) -> Any:
        return list(self.office.canned.values())

    # --- conversations ----------------------------------------------------------------------------------------------

    @route("GET", f"{_A}/conversations")
    def conversations(self, request: Request) -> Any:
        within = request.query.get("updated_within")
        found = self.office.listed(request.query.get("status", "open"), int(within) if within else None)
        count = len(found)
        if within is None:
            page = int(request.query.get("page", "1"))
            found = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        counts = {"mine_count": 0, "assigned_count": 0, "unassigned_count": 0, "all_count": count}
        return {"data": {"meta": counts, "payload": [self.office.conversation_row(row) for row in found]}}

    @route("GET", _C)
    def conversation(self, request: Request, id: int) -> Any:
        return self.office.conversation_row(self.office.conversation(id))

    @route("GET", f"{_C}/messages")
    def messages(self, request: Request, id: int) -> Any:
        after, before = (int(q) if (q := request.query.get(name)) else None for name in ("after", "before"))
        found = self.office.page_of_messages(id, after, before)
        meta = {"labels": self.office.conversation(id)["labels"], "additional_attributes": {}}
        return {"meta": meta, "payload": [self.office.message_row(id, row) for row in found]}

    @route("POST", f"{_C}/messages")
    def add_message(self, request: Request, id: int) -> Any:
        given, attachments = _given(request)
        if not given.get("content") and not attachments:
            return as_json("422 Unprocessable Entity", {"message": "Content can't be blank", "attributes": ["content"]})
        attributes = given.get("content_attributes") or {}
        message = self.office.say(
            id,
            str(given.get("content", "")),
            user=request.user["id"],
            private=given.get("private") in (True, "true"),
            echo_id=str(given.get("echo_id", "")),
            content_attributes=json.loads(attributes) if isinstance(attributes, str) else attributes,
            attachments=attachments,
        )
        return self.office.message_row(id, message, is_first=True)

    @route("POST", f"{_C}/toggle_status")
    def toggle_status(self, request: Request, id: int) -> Any:
        given = request.json()
        status = given["status"]
        until = given.get("snoozed_until") if status == "snoozed" else None
        activity = f"Conversation was marked {status} by {request.user['name']}"
        self.office.change(id, activity, "conversation.status_changed", status=status, snoozed_until=until)
        return {"meta": {}, "payload": {"success": True, "current_status": status, "conversation_id": id}}

    @route("POST", f"{_C}/toggle_priority")
    def toggle_priority(self, request: Request, id: int) -> Any:
        priority = request.json()["priority"]
        self.office.change(id, "Priority was changed", priority=None if priority == "none" else priority)
        return "200 OK", {}, "text/html", b""

    @route("POST", f"{_C}/assignments")
    def assignments(self, request: Request, id: int) -> Any:
        given = request.json()
        if "assignee_id" in given:
            user = self.office.users.get(given["assignee_id"] or 0)
            activity = f"Assigned to {user['name']}" if user else "Conversation unassigned"
            self.office.change(id, activity, "assignee.changed", assignee=user["id"] if user else None)
            return self.office.user_row(user) if user else {}
        team = self.office.teams.get(given.get("team_id") or 0)
        self.office.change(id, "Team was changed", "team.changed", team=team["id"] if team else None)
        return {}

    @route("POST", f"{_C}/labels")
    def set_labels(self, request: Request, id: int) -> Any:
        labels = list(request.json()["labels"])
        self.office.change(id, "Labels were changed", labels=labels)
        return {"payload": labels}

    @route("POST", f"{_C}/custom_attributes")
    def custom_attributes(self, request: Request, id: int) -> Any:
        given = request.json()["custom_attributes"]
        self.office.change(id, custom_attributes=given)
        return {"custom_attributes": given}

    @route("POST", f"{_C}/toggle_typing_status")
    def toggle_typing(self, request: Request, id: int) -> Any:
        self.office.conversation(id)
        self.office.typing.append((id, request.json()["typing_status"]))
        return "200 OK", {}, "text/html", b""

    @route("POST", f"{_C}/update_last_seen")
    def update_last_seen(self, request: Request, id: int) -> Any:
        self.office.conversation(id)["agent_last_seen_at"] = int(self.office.now())
        return self.conversation(request, id)

    # --- contacts ---------------------------------------------------------------------------------------------------

    @route("GET", f"{_A}/contacts")
    def contacts(self, request: Request) -> Any:
        page = int(request.query.get("page", "1"))
        found = sorted(self.office.contacts.values(), key=lambda one: one["last_activity_at"], reverse=True)
        shown = found[(page - 1) * PER_PAGE_CONTACTS : page * PER_PAGE_CONTACTS]
        meta = {"count": len(found), "current_page": str(page)}
        return {"meta": meta, "payload": [self.office.contact_row(one) for one in shown]}

    @route("GET", rf"{_A}/contacts/(?P<id>\d+)")
    def contact(self, request: Request, id: int) -> Any:
        return {"payload": self.office.contact_row(self.office.contact(id))}

    @route("PUT", rf"{_A}/contacts/(?P<id>\d+)")
    def update_contact(self, request: Request, id: int) -> Any:
        given = request.json()
        known = self.office.contact(id)
        for name in ("additional_attributes", "custom_attributes"):
            if name in given:
                given[name] = {**known[name], **given[name]}
        self.office.edit_contact(id, **given)
        return {"payload": self.office.contact_row(known)}

    @route("POST", f"{_A}/actions/contact_merge")
    def contact_merge(self, request: Request) -> Any:
        given = request.json()
        self.office.merge(given["base_contact_id"], given["mergee_contact_id"])
        return without_none(self.office.contact_row(self.office.contact(given["base_contact_id"])))


def as_json(status: str, value: Any) -> tuple[str, dict[str, str], str, bytes]:
    return status, {}, "application/json; charset=utf-8", json.dumps(value).encode()


def _given(request: Request) -> tuple[Row, list[tuple[str, str, bytes]]]:
    """The fields and files of a request, whether JSON or a form."""
    media_type = request.headers.get("content-type", "")
    if not media_type.startswith("multipart/"):
        return request.json(), []
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    fields: Row = {}
    attachments = []
    for part in parsed.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if name == "attachments[]":
            attachments.append((str(part.get_filename()), part.get_content_type(), data))
        else:
            fields[str(name)] = data.decode().removesuffix("\r\n")
    return fields, attachments
