"""``--record FOLDER``: what the accounts of the desk show is recorded while they are synced. Says in the window that it is,
and when it ended before its time. Made by ``running`` from the command line; ``account_sync`` has each backend wrapped here.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.backends.base import Backend
    from desktop.session.accounts import Account

OnTold = Callable[[str, str], None]


class Recording:
    """What is to be recorded; nothing where no ``folder`` is given. The first account goes into that folder, each further one
    into its own beside it. ``on_told(folder, code)`` hears that a recording began (no code) or why it ended."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        with_texts: bool = False,
        with_files: bool = False,
        with_history: bool = False,
        on_told: OnTold = lambda folder, code: None,
    ) -> None:
        self.folder = folder
        self._with_texts = with_texts
        self._with_files = with_files
        self._with_history = with_history
        self.on_told = on_told
        self._rounds: dict[Path, int] = {}

    @property
    def is_anonymised(self) -> bool:
        return not self._with_texts

    @classmethod
    def of(cls, args: argparse.Namespace) -> Recording:
        """Return what the command line asks for."""
        folder = getattr(args, "record", None)
        if not folder:
            return cls()
        return cls(
            Path(folder).expanduser().absolute(),
            with_texts=bool(getattr(args, "with_texts", False)),
            with_files=bool(getattr(args, "with_files", False)),
            with_history=bool(getattr(args, "with_history", False)),
        )

    def wrapped(self, backend: Backend, account: Account) -> Backend:
        """Return a backend that is recorded, or itself where nothing is to be recorded."""
        if self.folder is None:
            return backend
        from desktop.backends.files.recorder import Recorder, Wish

        folder = self._free(self.folder.with_name(f"{self.folder.name}-{account.key}") if account.key else self.folder)
        wish = Wish(
            folder,
            with_texts=self._with_texts,
            with_files=self._with_files,
            with_history=self._with_history,
            title=account.title,
            kind=account.kind,
        )
        loop = asyncio.get_running_loop()

        def ended(code: str) -> None:
            with contextlib.suppress(RuntimeError):  # the window is gone
                loop.call_soon_threadsafe(self.on_told, str(folder), code)

        self.on_told(str(folder), "")
        return Recorder(backend, wish, ended)

    def _free(self, folder: Path) -> Path:
        """Return ``folder``, or one beside it where an account was closed and opened again in this run."""
        count = self._rounds[folder] = self._rounds.get(folder, 0) + 1
        return folder if count == 1 else folder.with_name(f"{folder.name}-{count}")
