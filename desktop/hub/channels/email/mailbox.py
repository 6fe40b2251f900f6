"""One IMAP connection (RFC 3501, IDLE by RFC 2177). All calls block and belong into one thread, except ``cut``, which ends
whatever the others are at. Raises ``ChannelDown`` and nothing else: what a server said is never passed on.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError
from msgspec import Struct

from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.email.sign_in import Proof

LARGEST: Final = 40 * 1024 * 1024
"""Of a mail beyond this size (bytes) only the headers are fetched."""

_SENT: Final = b"\\Sent"
_CONNECT_S: Final = 15.0
_ANSWER_S: Final = 60.0
_MOST_EMPTY: Final = 3
_PLACES: Final = ("Sent", "Gesendet", "Sent Items", "Sent Messages", "Gesendete Elemente", "Gesendete Objekte")


class Selected(Struct, frozen=True):
    """A folder as it was opened. ``modseq`` (RFC 7162) is 0 where the server does not count changes."""

    uidvalidity: int
    uidnext: int
    modseq: int = 0


class Fetched(Struct, frozen=True):
    """A mail; ``is_cut`` where it is too large and ``raw`` are its headers only."""

    uid: int
    raw: bytes
    at: datetime | None
    is_cut: bool = False


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever goes wrong into a code."""
    try:
        yield
    except LoginError:
        raise ChannelDown("sign_in_failed") from None
    except ssl.SSLError as problem:
        raise ChannelDown("certificate" if isinstance(problem, ssl.SSLCertVerificationError) else "tls") from None
    except CapabilityError:
        raise ChannelDown("not_offered") from None
    except IMAPClientAbortError:
        raise ChannelDown("cut_off") from None
    except IMAPClientError:
        raise ChannelDown("refused") from None
    except (OSError, EOFError, ValueError, AttributeError, IndexError):  # the last three: garbage, or cut in the middle
        raise ChannelDown("unreachable") from None


class Mailbox:
    """One connection of an account."""

    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        self._settings = settings
        self._context = context
        self._client: Any = None
        self._is_cut = False
        self.can_idle = self.has_modseq = False

    # --- coming and going ---------------------------------------------------------------------------------------------

    def connect(self, proof: Proof) -> None:
        """Connect and sign in."""
        settings = self._settings
        with _told():
            is_tls = settings.imap_security == "tls"
            self._client = IMAPClient(
                settings.imap_host,
                port=settings.imap_port,
                ssl=is_tls,
                ssl_context=self._context if is_tls else None,
                timeout=_CONNECT_S,
            )
            if settings.imap_security == "starttls":
                self._client.starttls(self._context)
            if proof.is_token:
                self._client.oauth2_login(proof.user, proof.secret)
            else:
                self._client.login(proof.user, proof.secret)
            self._client.socket().settimeout(_ANSWER_S)
            self.can_idle = self._client.has_capability("IDLE")
            self.has_modseq = self._client.has_capability("CONDSTORE")
        if self._is_cut:
            self.cut()

    def close(self) -> None:
        """Say good-bye and let go; never fails."""
        with contextlib.suppress(Exception):
            if not self._is_cut:
                self._client.logout()
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def cut(self) -> None:
        """End the connection under whatever is going on, from any thread."""
        self._is_cut = True
        with contextlib.suppress(Exception):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    # --- reading ------------------------------------------------------------------------------------------------------

    def select(self, folder: str) -> Selected:
        """Open a folder."""
        try:
            with _told():
                found = self._client.select_folder(folder)
        except ChannelDown as problem:
            raise ChannelDown("no_such_folder" if problem.reason == "refused" else problem.reason) from None
        return Selected(
            uidvalidity=int(found.get(b"UIDVALIDITY", 0)),
            uidnext=int(found.get(b"UIDNEXT", 0)),
            modseq=int((found.get(b"HIGHESTMODSEQ") or [0])[0]) if self.has_modseq else 0,
        )

    def new_uids(self, after: int, since: date | None) -> list[int]:
        """Return the UIDs above ``after``, ascending; with ``since`` only of mails that came in on that day or later."""
        criteria: list[Any] = ["UID", f"{after + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since]
        with _told():
            # What the server says of new mails from here on, whatever it is asked, ends the next wait at once.
            self._client._imap.untagged_responses.pop("EXISTS", None)
            # "n:*" always has the last mail in it, even one below n (RFC 3501, section 6.4.8).
            return sorted(uid for uid in self._client.search(criteria) if uid > after)

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Return mails by their UIDs, ascending; those deleted meanwhile are missing."""
        with _told():
            known = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
            whole = [uid for uid in uids if uid in known and known[uid].get(b"RFC822.SIZE", 0) <= LARGEST]
            cut = [uid for uid in uids if uid in known and uid not in whole]
            found: dict[int, bytes] = {}
            for wanted, part, key in ((whole, "BODY.PEEK[]", b"BODY[]"), (cut, "BODY.PEEK[HEADER]", b"BODY[HEADER]")):
                for uid in wanted:
                    raw = self._client.fetch([uid], [part]).get(uid, {}).get(key)
                    if isinstance(raw, bytes):
                        found[uid] = raw
        return [
            Fetched(uid, found[uid], _utc(known[uid].get(b"INTERNALDATE")), uid in cut) for uid in uids if uid in found
        ]

    def put_away(self, uids: Sequence[int]) -> None:
        """Mark mails as taken in, as the settings say."""
        with _told():
            if self._settings.mark_seen:
                self._client.add_flags(list(uids), [SEEN], silent=True)
            if self._settings.move_to:
                if self._client.has_capability("MOVE"):
                    self._client.move(list(uids), self._settings.move_to)
                else:
                    self._client.copy(list(uids), self._settings.move_to)
                    self._client.delete_messages(list(uids), silent=True)
                    self._client.uid_expunge(list(uids)) if self._client.has_capability("UIDPLUS") else None

    def idle(self, longest_s: float) -> bool:
        """Wait until something happens in the folder, at most ``longest_s``; returns whether something did."""
        with _told():
            self._client.idle()
            until = time.monotonic() + longest_s
            heard = "EXISTS" in self._client._imap.untagged_responses or self._has_unread()
            empty = 0
            while not heard and (left := until - time.monotonic()) > 0:
                lines = self._client.idle_check(timeout=left)
                # Servers say that they are still here in a line of its own; that is no news.
                heard = any(line[0] != b"OK" for line in lines)
                empty = 0 if lines else empty + 1
                if empty > _MOST_EMPTY:  # readable, and nothing to read: the other end is gone
                    raise ChannelDown("cut_off")
            done = self._client.idle_done()
            return bool(heard or (done and any(line[0] != b"OK" for line in done[1])))

    def _has_unread(self) -> bool:
        """Whether the server's next line was read ahead together with the last one: nobody could wait for it any more."""
        sock = self._client.socket()
        sock.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        finally:
            sock.settimeout(_ANSWER_S)

    def changes(self, folder: str) -> tuple[int, int]:
        """Return (next UID, change counter) of a folder: as long as neither moves, there is nothing new."""
        with _told():
            self._client.noop()
            wanted = ["UIDNEXT", *(["HIGHESTMODSEQ"] if self.has_modseq else [])]
            found = self._client.folder_status(folder, wanted)
            return int(found.get(b"UIDNEXT", 0)), int(found.get(b"HIGHESTMODSEQ", 0))

    # --- what was sent ------------------------------------------------------------------------------------------------

    def save_sent(self, raw: bytes) -> None:
        """Put a mail into the folder of sent ones."""
        with _told():
            folder = self._sent_folder()
            if folder is not None:
                self._client.append(folder, raw, flags=[SEEN])

    def has_sent(self, message_id: str) -> bool:
        """Whether the folder of sent mails has one of this Message-ID (with angle brackets)."""
        with _told():
            folder = self._sent_folder()
            if folder is None:
                return False
            self._client.select_folder(folder, readonly=True)
            return bool(self._client.search(["HEADER", "Message-ID", message_id]))

    def _sent_folder(self) -> str | None:
        if self._settings.sent_folder:
            return self._settings.sent_folder
        marked = self._client.find_special_folder(_SENT)
        if marked:
            return str(marked)
        names = {str(name) for _, _, name in self._client.list_folders()}
        return next((name for name in _PLACES if name in names), None)


def _utc(at: object) -> datetime | None:
    if not isinstance(at, datetime):
        return None
    try:
        return at.astimezone(UTC)  # without a zone it is this machine's time, which is how the library gives it
    except (ValueError, OverflowError):
        return None
