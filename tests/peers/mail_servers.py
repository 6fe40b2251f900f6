"""Postfix and Dovecot: mail for ``firma.example`` and ``kunde.example`` goes by SMTP into a mailbox, whatever the part before
the @ is; any other domain bounces. Everybody's password is ``PASSWORD``. TLS is by an authority of the house. Access tokens
are good at both where whoever listens at the port ``tokens`` says so (``token_server``).
"""

from __future__ import annotations

import imaplib
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from .servers import free_port, listens, need, wait_for

PASSWORD = "offen-sesam"

_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {log}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
auth_username_format = %n
mail_location = maildir:{folder}/mail/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mailbox_idle_check_interval = 1 s
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Gesendet {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener {folder}/sign-in {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

_OAUTH2 = """
introspection_mode = post
introspection_url = http://127.0.0.1:{tokens}/introspect
username_attribute = username
username_format = %n
active_attribute = active
active_value = true
"""

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.firma.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = firma.example, kunde.example
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.1.2 no such domain here
smtpd_recipient_restrictions =
  check_recipient_access inline:{{
    {{weg@kunde.example = 550 5.1.1 User unknown}},
    {{voll@kunde.example = 552 5.2.2 Mailbox full}},
    {{spaeter@kunde.example = 451 4.7.1 Greylisted}} }},
  permit
maillog_file = {log}
maillog_file_prefixes = {logs}
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
lmtp_destination_concurrency_limit = 10
message_size_limit = 10240000
"""

_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path={folder}/sign-in
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_tls_chain_files={folder}/server.key,{folder}/server.pem
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit
  -o smtpd_error_sleep_time=0
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
"""


@dataclass
class MailServers:
    """A running Postfix and Dovecot. ``ca`` is the certificate of the authority that the servers' was signed by."""

    folder: Path
    log: Path
    smtp: int
    imap: int
    imaps: int
    lmtp: int
    submission: int
    tokens: int

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def write(
        self, to: str, subject: str, text: str = "Hallo", sender: str = "jana@kunde.example", **headers: str
    ) -> str:
        """A customer sends a mail with their own program; returns its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-ID"] = headers.pop(
            "message_id", f"<{abs(hash((to, subject, text)))}.{free_port()}@kunde.example>"
        )
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.post(mail, sender, to)
        return str(mail["Message-ID"])

    def post(self, mail: EmailMessage | bytes, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=30) as server:
            raw = mail if isinstance(mail, bytes) else mail.as_bytes()
            server.sendmail(sender, [to], raw)

    def mailbox(self, user: str) -> imaplib.IMAP4:
        """Return a connection to somebody's mailbox."""
        connection = imaplib.IMAP4("127.0.0.1", self.imap, timeout=30)
        connection.login(user, PASSWORD)
        return connection

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return all mails of somebody's folder, as their own program would fetch them."""
        connection = self.mailbox(user)
        try:
            connection.select(folder, readonly=True)
            numbers = connection.search(None, "ALL")[1][0].split()
            return [connection.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]  # type: ignore[index]
        finally:
            connection.logout()

    def start_dovecot(self) -> None:
        subprocess.run(["/usr/sbin/dovecot", "-c", str(self.folder / "dovecot.conf")], check=True)
        wait_for(lambda: listens(self.imap) and listens(self.lmtp), "Dovecot listens")

    def stop_dovecot(self) -> None:
        subprocess.run(["/usr/bin/doveadm", "-c", str(self.folder / "dovecot.conf"), "stop"], check=False)
        wait_for(lambda: not listens(self.imap), "Dovecot stopped")


@pytest.fixture(scope="session")
def mail_servers(peer_log: Path) -> Iterator[MailServers]:
    """Postfix and Dovecot for all tests; each test uses mailboxes of its own."""
    need("dovecot", "postfix", "openssl")
    folder = Path(tempfile.mkdtemp(prefix="mail-peers-"))
    folder.chmod(0o755)
    servers = MailServers(folder, peer_log, *(free_port() for _ in range(6)))
    values = {
        "folder": folder,
        "log": peer_log / "dovecot.log",
        "logs": peer_log,
        "password": PASSWORD,
        **{name: getattr(servers, name) for name in ("smtp", "imap", "imaps", "lmtp", "submission", "tokens")},
    }
    _certificates(folder)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "mail", "mail")
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**values))
    (folder / "oauth2.conf").write_text(_OAUTH2.format(**values))
    postfix = folder / "postfix"
    for name in (postfix, folder / "queue", folder / "data"):
        name.mkdir()
    shutil.chown(folder / "data", "postfix")
    values["log"] = peer_log / "postfix.log"
    (postfix / "main.cf").write_text(_MAIN.format(**values))
    (postfix / "master.cf").write_text(_MASTER.format(**values))
    servers.start_dovecot()
    try:
        subprocess.run(["/usr/sbin/postfix", "-c", str(postfix), "start"], check=True, capture_output=True, timeout=60)
        wait_for(lambda: listens(servers.smtp), "Postfix listens")
        yield servers
    finally:
        subprocess.run(["/usr/sbin/postfix", "-c", str(postfix), "stop"], check=False, capture_output=True, timeout=60)
        servers.stop_dovecot()
        shutil.rmtree(folder, ignore_errors=True)


def _certificates(folder: Path) -> None:
    def run(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    key = ("-newkey", "rsa:2048", "-nodes")
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=House authority",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
    run("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n")
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "names", "-out", "server.pem")  # fmt: skip
