"""Request Tracker for real: one for all stories of a session, each with tickets of its own, which are deleted after it so
that the next desk has less to read. Customers write mails, which one process of RT's own mail gateway takes in.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import quote

from desktop.backends.rt.backend import BUSY_S, IDLE_S

from ....peers.request_tracker import PASSWORD, RequestTracker, _environment
from ..world import ADDRESS, CUSTOMER, Edited, File, World

_GATEWAY = """
use lib '/usr/share/request-tracker5/lib'; use RT; RT->LoadConfig; RT->Init; require RT::Interface::Email;
binmode STDIN; $| = 1;
while (my $size = <STDIN>) {
    read(STDIN, my $mail, $size);
    my ($ok, $told, $ticket) = RT::Interface::Email::Gateway(
        {message => $mail, queue => 'General', action => 'correspond'});
    print $ok && $ticket ? $ticket->Id : 0, "\\n";
}
"""


class MailGateway:
    """Hands mails in at an RT."""

    def __init__(self, tracker: RequestTracker) -> None:
        self.tracker = tracker
        self._process = subprocess.Popen(
            ["perl", "-e", _GATEWAY],
            env=_environment(tracker.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def take(self, mail: EmailMessage) -> int:
        """Return the ticket that a mail came to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        raw = mail.as_bytes()
        self._process.stdin.write(f"{len(raw)}\n".encode() + raw)
        self._process.stdin.flush()
        ticket = int(self._process.stdout.readline())
        assert ticket, "RT did not take a mail"
        return ticket

    def close(self) -> None:
        self._process.communicate(timeout=20)


class RtWorld(World):
    kind = "rt"
    REPLY = r"^POST .*/correspond"
    RESTS = (BUSY_S, IDLE_S)
    user, password = "anna", PASSWORD

    def __init__(self, folder: Path, mails: MailGateway) -> None:
        super().__init__(folder)
        self._mails = mails
        self._rt = mails.tracker
        self._tickets: set[int] = set()
        self.token = self._rt.tokens["anna"]

    def options(self) -> dict[str, Any]:
        return {"busy_s": 0.2, "idle_s": 0.4, "patience_s": 0.5}

    async def serve(self) -> int:
        return self._rt.port

    async def close(self) -> None:
        await super().close()
        await self.readmit()
        for ticket in self._tickets:
            await self._change(ticket, {"Status": "deleted"})

    async def _there(self, work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = f"{CUSTOMER} <{ADDRESS}>", "hilfe@firma.example"
        mail["Subject"] = f"Re: [desk #{contact}] Anfrage" if contact else "Anfrage"
        mail["Message-ID"] = make_msgid(domain="kunde.example")
        mail.set_content(text)
        for file in files:
            main, _, sub = file.media_type.partition("/")
            mail.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
        ticket = await self._there(lambda: self._mails.take(mail))
        self._tickets.add(ticket)
        if is_closed:
            await self._change(ticket, {"Status": "resolved"})
        return str(ticket)

    async def _change(self, ticket: int | str, fields: dict[str, Any], user: str = "root:password") -> None:
        await self._there(lambda: self._rt.call("PUT", f"ticket/{ticket}", fields, user=user))

    async def colleague_takes(self, contact: str) -> str:
        await self._there(lambda: self._rt.call("PUT", f"ticket/{contact}/take", {}, user="bernd"))
        return str(self._rt.numbers["bernd"])

    async def colleague_edits(self, contact: str) -> Edited:
        await self._change(contact, {"Subject": "Kornblume, neu benannt", "Priority": 100})
        return Edited({"subject": "Kornblume, neu benannt", "priority": 1})

    async def colleague_deletes(self, contact: str) -> None:
        await self._change(contact, {"Status": "deleted"})
        self._tickets.discard(int(contact))

    async def bar(self, contact: str) -> None:
        await self._change(contact, {"Queue": "Geheim"})

    async def replies(self, contact: str) -> list[str]:
        query = quote(
            f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Correspond' AND Creator = 'anna'"
        )
        return await self._texts(query)

    async def notes(self, contact: str) -> list[str]:
        return await self._texts(quote(f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Comment'"))

    async def _texts(self, query: str) -> list[str]:
        parts = await self._parts(query, "Content,ContentType,Filename")
        return [part["Content"] for part in parts if part["ContentType"] == "text/plain" and not part["Filename"]]

    async def _parts(self, query: str, fields: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            found = self._rt.call("GET", f"transactions?query={query}&per_page=100")["items"]
            if not found:
                return []
            terms = json.dumps(
                [{"field": "TransactionId", "operator": "IN", "value": [int(one["id"]) for one in found]}]
            )
            path = f"attachments?query={quote(terms)}&fields={fields}&per_page=100"
            parts: list[dict[str, Any]] = self._rt.call("GET", path)["items"]
            return sorted(parts, key=lambda part: int(part["id"]))

        return list(await self._there(read))

    async def sent_files(self, contact: str) -> list[bytes]:
        query = quote(
            f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Correspond' AND Creator = 'anna'"
        )
        named = [part for part in await self._parts(query, "Filename") if part["Filename"]]

        def read() -> list[bytes]:
            found = [self._rt.call("GET", f"attachment/{part['id']}") for part in named]
            return [base64.b64decode(one["Content"]) for one in found]

        return list(await self._there(read))

    async def _ticket(self, contact: str) -> Any:
        return await self._there(lambda: self._rt.call("GET", f"ticket/{contact}"))

    async def is_closed(self, contact: str) -> bool:
        return bool((await self._ticket(contact))["Status"] in ("resolved", "rejected"))

    async def owner(self, contact: str) -> str:
        name = (await self._ticket(contact))["Owner"]["id"]
        return "" if name == "Nobody" else str(self._rt.numbers[name])

    async def expel(self) -> None:
        await self._there(lambda: self._rt.call("PUT", "user/anna", {"Disabled": 1}))

    async def readmit(self) -> tuple[str, str]:
        await self._there(lambda: self._rt.call("PUT", "user/anna", {"Disabled": 0}))
        return self.user, self.password
