"""What goes wrong, brought before the person: data that cannot be opened, a disk that takes nothing, an error of ours.
Knows the choices there are and carries them out; the words are the window's.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from desktop.app import opening, reporting
from desktop.app.opening import Choice, Opened, Trouble
from desktop.domain.changes import Cause
from desktop.store import journal, reports
from desktop.store.database import Salvage, StoreError, Write

if TYPE_CHECKING:
    from desktop.app.running import Program
    from desktop.store.reports import Report

log = logging.getLogger(__name__)

_PROBE = "written_at"
_JUST_NOW = timedelta(minutes=1)


class Troubles(QObject):
    """The troubles of one program. ``opened`` is the store of the account on the screen."""

    _of_store = Signal(str, object)

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self.opened: Opened | None = None
        self._code = ""
        self._of_store.connect(self._on_store, Qt.ConnectionType.QueuedConnection)

    # --- at opening -------------------------------------------------------------------------------------------------

    def show(self, trouble: Trouble) -> None:
        """Show why an account cannot be opened, in the place of the panels, and do what is chosen."""
        from desktop.ui.trouble.page import TroublePage

        log.warning("the account could not be opened: %s", trouble.code)
        may_use_file = self._program.policy.may_keep_secrets_in_file
        choices = [str(choice) for choice in trouble.choices if may_use_file or choice is not Choice.USE_FILE]
        account = trouble.account
        told = " · ".join(part for part in (account.name or account.user, account.url) if part)
        page = TroublePage(trouble.code, choices, told, self._program.theme)
        page.chosen.connect(lambda choice: self._program.tasks.start("choice", self._on_chosen(trouble, choice)))
        self._program.window.show_page(page)

    async def _on_chosen(self, trouble: Trouble, choice: str) -> None:
        program, account = self._program, trouble.account
        if choice == Choice.BEGIN_ANEW:
            await program.show(await opening.begin_anew(program.accounts, account), must_prove=True)
        elif choice == Choice.USE_FILE:
            await program.show(await opening.keep_in_file(program.accounts, account))
        elif choice == Choice.TRY_AGAIN:
            await program.use(account)
        else:
            program.finish()

    # --- while an account is open -----------------------------------------------------------------------------------

    def watch(self, opened: Opened) -> None:
        """An account was put on the screen: tell what was repaired, and from now on whether the disk takes what is
        written."""
        self.opened = opened
        self._code = "read_only" if opened.is_read_only else ""
        account = self._program.open
        if account is None:
            return
        if opened.salvage is not None:
            self._tell_salvage(opened.salvage)
        self._program.window.banner.try_again.connect(self._on_try_again)
        account.workplace.unsaved.changed.connect(self._show_state)
        account.workplace.unsaved.recovered.connect(self._show_state)
        opened.store.on_trouble = self._of_store.emit
        reporting.keep_reports_in(opened.store)
        self._program.tasks.start("bring back", self._bring_back(opened))
        self._program.tasks.start("last crash", self._tell_crash(opened))
        self._show_state()

    def _on_store(self, code: str, found: Salvage | None) -> None:
        """The store told of trouble, on a thread of its own, and perhaps before another account was opened."""
        if self._program.open is None:
            return
        if code == "damaged" and found is not None:
            self._code = ""
            self._tell_salvage(found)
        else:
            self._code = code
        self._show_state()

    def _show_state(self) -> None:
        account = self._program.open
        if account is not None:
            self._program.window.banner.tell(self._code or account.workplace.unsaved.code)

    def _tell_salvage(self, salvage: Salvage) -> None:
        from desktop.ui.i18n import troubles

        lost = salvage.lost_rows or len(salvage.lost_tables)
        text = troubles.salvaged(salvage.outbox, salvage.drafts, lost)
        self._program.window.notices.tell(text, "accent" if salvage.is_whole else "warn", stays=True)

    def _on_try_again(self) -> None:
        account, opened = self._program.open, self.opened
        if account is None or opened is None:
            return
        if self._code == "damaged":
            self._program.tasks.start("repair", self._repair(opened))
        elif opened.is_read_only:
            self._program.tasks.start("open again", self._open_again(opened))
        else:
            account.workplace.unsaved.retry()
            self._program.tasks.start("probe", self._probe(opened))

    async def _repair(self, opened: Opened) -> None:
        found = await opening.repair(opened)
        if isinstance(found, str):
            self._show_state()
        else:
            self._on_store("damaged", found)

    async def _open_again(self, opened: Opened) -> None:
        await self._program.close_account()
        await self._program.use(opened.account)

    async def _probe(self, opened: Opened) -> None:
        """Write something: where that works again the store says so."""
        at = datetime.now(UTC).isoformat()
        try:
            await asyncio.wrap_future(opened.store.write(lambda w: journal.set_setting(w, _PROBE, at), Cause.SYSTEM))
        except StoreError as error:
            log.info("still not writable: %s", error.code)
        self._show_state()

    async def _bring_back(self, opened: Opened) -> None:
        """What was set aside when its key was lost comes back once the key is there again."""
        from desktop.ui.i18n import troubles

        try:
            found = await opening.bring_back(self._program.accounts, opened)
        except StoreError as error:
            log.warning("what was set aside could not be brought back: %s", error.code)
            return
        if found is not None and self._program.open is not None:
            self._program.window.notices.tell(troubles.returned(found.outbox, found.drafts), stays=True)

    # --- errors of ours ---------------------------------------------------------------------------------------------

    def on_uncaught(self, error: BaseException) -> None:
        """An error nobody caught: the window lives on, and says so."""
        self._tell(reporting.report(error))

    def on_crash(self, name: str, error: BaseException) -> None:
        """A piece of long-lived work ended by an error."""
        where = f"task {name}"
        reporting.note(error, where)
        if name == "begin" and self.opened is None:
            self._program.finish(1)
            return
        self._tell(reporting.report(error, where))

    def _tell(self, report: Report) -> None:
        window = self._program.window
        if window.workplace is not None:
            window.notices.tell_error(report.kind, lambda: self._show_report(report))

    async def _tell_crash(self, opened: Opened) -> None:
        """Say so where the last run ended by a crash, whose report was kept just now."""
        try:
            kept = await asyncio.wrap_future(opened.store.read(reports.all))
        except StoreError:
            return
        newest = kept[0].report if kept else None
        if newest is None or newest.where != "native" or datetime.now(UTC) - newest.at > _JUST_NOW:
            return
        if self._program.open is not None:
            self._program.window.notices.tell_crash(lambda: self._show_report(newest))

    def _show_report(self, report: Report) -> None:
        from desktop.ui.trouble.report import ReportWindow

        window = ReportWindow(report.text, self._program.theme, self._program.window)
        window.discarded.connect(lambda: self._discard(report))
        window.show()

    def _discard(self, report: Report) -> None:
        """Throw a report away, and any of the same error."""
        if self.opened is None:
            return

        def _drop(w: Write) -> None:
            for kept in reports.all(w.conn):
                if (kept.report.where, kept.report.faults) == (report.where, report.faults):
                    reports.drop(w, kept.row)

        try:
            self.opened.store.write(_drop, Cause.AGENT)
        except StoreError as error:
            log.warning("the report could not be thrown away: %s", error.code)
