"""Request Tracker 5 with a database of its own, two agents, three queues, and no mail leaving the machine: what RT would have
sent lies in a folder. Anna works in German from New York, as RT's sentences and times depend on both.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from .servers import free_port, listens, need, wait_for

PASSWORD = "offen-sesam"
ROOT = "root:password"
_HOME = Path("/usr/share/request-tracker5")

_SITE = """
Set($rtname, 'desk');
Set($Organization, 'firma.example');
Set($CorrespondAddress, 'hilfe@firma.example');
Set($CommentAddress, 'notizen@firma.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($WebPath, '');
Set($Timezone, 'Europe/Berlin');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.sqlite3');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '{folder}/sendmail');
Set($WebSecureCookies, 0);
# Each call of an agent is checked against their password anew.
Set($BcryptCost, 4);
1;
"""
_SENDMAIL = """#!/bin/sh
exec cat > "{folder}/mail/$$-$(date +%s%N)"
"""
_PEOPLE = """
use lib '{home}/lib'; use strict; use warnings;
use RT; RT->LoadConfig; RT->Init;
for my $name ('Rechnungen', 'Geheim') {{ RT::Queue->new(RT->SystemUser)->Create(Name => $name) }}
my $root = RT::User->new(RT->SystemUser); $root->Load('root');
for my $who (['anna', 'Anna Berg', 'de', 'America/New_York'], ['bernd', 'Bernd Holm', 'en', 'Asia/Kolkata']) {{
    my ($name, $real, $lang, $zone) = @$who;
    my $user = RT::User->new(RT->SystemUser);
    $user->Create(Name => $name, RealName => $real, EmailAddress => "$name\\@firma.example", Password => '{password}',
                  Lang => $lang, Timezone => $zone, Privileged => 1);
    for my $in ('General', 'Rechnungen') {{
        my $queue = RT::Queue->new(RT->SystemUser); $queue->Load($in);
        $user->PrincipalObj->GrantRight(Right => $_, Object => $queue)
            for qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket OwnTicket TakeTicket
                   StealTicket ModifyTicket SeeCustomField ModifyCustomField);
    }}
    my ($id, $told, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'desk');
    print "$name ", $user->id, " $token\\n";
}}
my $everyone = RT::Group->new(RT->SystemUser); $everyone->LoadSystemInternalGroup('Everyone');
for my $in ('General', 'Rechnungen') {{
    my $queue = RT::Queue->new(RT->SystemUser); $queue->Load($in);
    $everyone->PrincipalObj->GrantRight(Right => $_, Object => $queue) for qw(CreateTicket ReplyToTicket);
}}
my $field = RT::CustomField->new(RT->SystemUser);
$field->Create(Name => 'Vertrag', Type => 'FreeformSingle', LookupType => RT::Ticket->CustomFieldLookupType);
$field->AddToObject(RT::Queue->new(RT->SystemUser));
"""


@dataclass
class RequestTracker:
    """A running RT. ``numbers`` and ``tokens`` are the agents' by name."""

    url: str
    port: int
    folder: Path
    numbers: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, *, user: str = ROOT) -> Any:
        """Call RT as somebody, past everything of ours."""
        if ":" not in user:
            user = f"{user}:{PASSWORD}"
        request = urllib.request.Request(
            f"{self.url}/REST/2.0/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": "Basic " + base64.b64encode(user.encode()).decode(),
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            raw = answer.read()
        try:
            return json.loads(raw)
        except UnicodeDecodeError:
            return json.loads(raw.decode("latin-1"))

    def open(self, subject: str, text: str = "Guten Tag.", **more: Any) -> int:
        """A ticket comes in for a customer."""
        body = {"Queue": "General", "Requestor": "jana@kunde.example", "ContentType": "text/plain", **more}
        return int(self.call("POST", "ticket", {"Subject": subject, "Content": text, **body})["id"])

    def customer_writes(self, ticket: int, text: str, sender: str = "jana@kunde.example", **headers: str) -> None:
        """A mail of a customer comes in for a ticket, as RT's mail gateway hands it in."""
        self.mail(
            f"From: {sender}\nTo: hilfe@firma.example\nSubject: Re: [desk #{ticket}] Frage\nMIME-Version: 1.0\n"
            + "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
            + f"\n{text}\n"
        )

    def mail(self, raw: str, queue: str = "General") -> None:
        script = (
            f"use lib '{_HOME}/lib'; use RT; RT->LoadConfig; RT->Init; require RT::Interface::Email;"
            "local $/; my $mail = <STDIN>; my ($ok, $told) = RT::Interface::Email::Gateway("
            f"{{message => $mail, queue => '{queue}', action => 'correspond'}}); die $told unless $ok;"
        )
        self._perl(script, raw)

    def said(self, ticket: int, kind: str = "Correspond") -> list[str]:
        """Return the texts of all correspondence (or comments) of a ticket, as RT keeps them."""
        query = quote(f"ObjectType = 'RT::Ticket' AND TicketId = {ticket} AND Type = '{kind}'")
        texts: list[str] = []
        page = 1
        while True:
            found = self.call("GET", f"transactions?query={query}&per_page=100&page={page}")["items"]
            if not found:
                return texts
            terms = [{"field": "TransactionId", "operator": "IN", "value": [int(one["id"]) for one in found]}]
            parts, at = [], 1
            while more := self.call(
                "GET",
                f"attachments?query={quote(json.dumps(terms))}&fields=Content,ContentType&per_page=100&page={at}",
            )["items"]:
                parts += more
                at += 1
            texts += [part["Content"] for part in parts if part["ContentType"] == "text/plain"]
            page += 1

    def mails(self) -> list[str]:
        """Return what RT sent by mail."""
        return [path.read_text(errors="replace") for path in sorted((self.folder / "mail").iterdir())]

    def _perl(self, script: str, given: str = "") -> str:
        done = subprocess.run(
            ["perl", "-e", script],
            env=_environment(self.folder),
            input=given.encode(),
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
        return done.stdout.decode()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RT_")}
    return {**kept, "RT_SITE_CONFIG": str(folder / "site.pm"), "RT_SITE_CONFIG_DIR": str(folder / "none")}


@pytest.fixture(scope="session")
def request_tracker(tmp_path_factory: pytest.TempPathFactory, peer_log: Path) -> Iterator[RequestTracker]:
    """One RT for all tests; each opens tickets of its own."""
    need("rt-setup-database-5", "perl")
    folder, port = tmp_path_factory.mktemp("request-tracker"), free_port()
    for name in ("mail", "none"):
        (folder / name).mkdir()
    (folder / "site.pm").write_text(_SITE.format(port=port, folder=folder))
    (folder / "sendmail").write_text(_SENDMAIL.format(folder=folder))
    (folder / "sendmail").chmod(0o755)
    environment = _environment(folder)
    setup = ["rt-setup-database-5", "--action", "init", "--skip-create"]
    done = subprocess.run(setup, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout.decode()[-2000:]
    desk = RequestTracker(f"http://127.0.0.1:{port}", port, folder)
    for line in desk._perl(_PEOPLE.format(home=_HOME, password=PASSWORD)).splitlines():
        name, number, token = line.split()
        desk.numbers[name], desk.tokens[name] = int(number), token
    with (peer_log / "request-tracker.log").open("ab") as log:
        program = str(_HOME / "libexec" / "rt-server")
        server = subprocess.Popen(
            [program, "--server", "Starlet", "--host", "127.0.0.1", "--port", str(port), "--max-workers", "1"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(lambda: listens(port), "Request Tracker listens", 60.0)
            yield desk
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
