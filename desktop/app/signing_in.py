"""Asking who sits here: the sign-in dialog, what was typed into it, and what went wrong. Opening the account is the
program's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app.session import sign_in
from desktop.session.accounts import Account, VaultKind, normalised_url
from desktop.session.vault import NoVault

if TYPE_CHECKING:
    from desktop.app.running import Program
    from desktop.ui.sign_in import Kind, SignInDialog


class SigningIn:
    """One dialog at a time."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._dialog: SignInDialog | None = None
        self._further: Account | None = None

    def ask(self, *, as_latest: bool = True) -> None:
        """Show the dialog; it stays until somebody is signed in or the window is closed. ``as_latest`` fills in who was here
        last."""
        program = self._program
        if program.screen_lock.is_locked:
            # Whoever unlocks signs in with that; nothing may be shown above the lock.
            return
        if self._dialog is not None:
            self._dialog.raise_()
            return
        from desktop.ui.sign_in import SignInDialog

        latest = program.accounts.latest()
        if latest is None:
            self._show(SignInDialog(program.theme, "", "", program.window, kinds=offered()))
            return
        dialog = SignInDialog(
            program.theme,
            latest.url,
            latest.user if as_latest else "",
            program.window,
            kinds=offered(),
            kind=latest.kind,
            with_token=latest.with_token,
            kept=latest.options,
        )
        self._show(dialog)

    def ask_further(self, account: Account | None = None) -> None:
        """Ask for a further account of the open desk, or for signing in anew at ``account``, which is one. The window can be
        worked with meanwhile."""
        program = self._program
        if program.screen_lock.is_locked or program.open is None:
            return
        if self._dialog is not None:
            self._dialog.raise_()
            return
        from desktop.ui.sign_in import SignInDialog

        self._further = program.open.account
        kinds = offered(beside=self._further.kind)
        if account is None:
            dialog = SignInDialog(program.theme, "", "", program.window, kinds=kinds, is_further=True)
        else:
            dialog = SignInDialog(
                program.theme,
                account.url,
                account.user,
                program.window,
                kinds=kinds,
                kind=account.kind,
                is_further=True,
                title=account.title,
                with_token=account.with_token,
                kept=account.options,
            )
        self._show(dialog)

    def _show(self, dialog: SignInDialog) -> None:
        self._dialog = dialog
        dialog.submitted.connect(self._on_submitted)
        dialog.demo_requested.connect(self._on_demo_requested)
        dialog.closed.connect(self._on_closed)
        dialog.open()

    def succeed(self) -> None:
        """Somebody is signed in: the dialog, if there is one, goes."""
        dialog, self._dialog = self._dialog, None
        self._further = None
        if dialog is not None:
            dialog.succeed()

    def show_error(self, code: str) -> None:
        """Say in the dialog, if it is there, what went wrong."""
        if self._dialog is not None:
            self._dialog.show_error(code)

    def _on_submitted(self, url: str, user: str, password: str, in_file: bool) -> None:
        from desktop.backends import registry

        if self._dialog is not None and registry.place(self._dialog.kind) == registry.FOLDER:
            url = _folder(url)
        kind = self._further.vault if self._further is not None else self._vault(url, user, in_file)
        if kind is VaultKind.FILE and not self._program.policy.may_keep_secrets_in_file:
            self.show_error("file_forbidden")
            return
        self._program.tasks.start("sign in", self._sign_in(url, user, password, kind, self._further))

    def _vault(self, url: str, user: str, in_file: bool) -> VaultKind:
        """Where the secrets go: where they are already, else the keyring, unless the file was chosen."""
        if in_file or prefers_file():
            return VaultKind.FILE
        for account in self._program.accounts.all():
            try:
                if (account.url, account.user) == (normalised_url(url), user):
                    return account.vault
            except ValueError:
                break
        return VaultKind.KEYRING

    async def _sign_in(self, url: str, user: str, password: str, kind: VaultKind, desk: Account | None) -> None:

        program, dialog = self._program, self._dialog
        if dialog is None:
            return
        try:
            account = await sign_in(
                program.accounts,
                url,
                user,
                password,
                kind,
                system=dialog.kind,
                desk=desk,
                title=dialog.title,
                options=dialog.options.values,
            )
        except NoVault as error:
            if self._dialog is None:
                return
            if error.code == "no_keyring" and program.policy.may_keep_secrets_in_file:
                self._dialog.offer_file_vault(error.code)
            else:
                self._dialog.show_error(error.code)
            return
        except Exception as error:
            code = getattr(error, "code", "")
            if not code:
                raise
            self.show_error(str(code))
            return
        self.succeed()
        if desk is not None:
            if program.open is not None and program.open.account.id == desk.id:
                program.desk.add(account)
            return
        if program.open is not None and program.open.account.id == account.id:
            # The one who sat here anyway: the tokens are new, and that is all.
            program.screen_lock.proved(password)
            program.wake()
            return
        await program.use(account, password=password)

    def _on_demo_requested(self) -> None:
        from desktop.app import demo

        self.succeed()
        self._program.tasks.start("demo", demo.begin_in(self._program))

    def _on_closed(self) -> None:
        self._dialog, self._further = None, None
        if self._program.open is None:
            self._program.finish()


def offered(beside: str | None = None) -> tuple[Kind, ...]:
    """Return the kinds of system one can sign in at; one that cannot be loaded is left out. ``beside`` is the kind of the
    desk's first account: where that asks for no secret (a recording), nothing unlocks the screen, and no account that has
    one may come behind it."""
    from desktop.backends import registry
    from desktop.ui.accounts import wording
    from desktop.ui.sign_in import Kind

    found = []
    for name in registry.kinds():
        try:
            ways = registry.ways_in(name)
            if ways and beside is not None and not registry.ways_in(beside):
                continue
            found.append(
                Kind(
                    name,
                    wording.kind(name, registry.title(name)),
                    takes_token=registry.TOKEN in ways,
                    takes_password=registry.PASSWORD in ways,
                    is_folder=registry.place(name) == registry.FOLDER,
                    options=registry.options(name),
                )
            )
        except registry.UnknownKind:
            continue
    return tuple(found)


def _folder(text: str) -> str:
    """Return a folder as it is kept, as a URL; what is typed may be a path."""
    text = text.strip()
    return text if not text or text.startswith("file:") else Path(text).expanduser().absolute().as_uri()


def prefers_file() -> bool:
    """Whether the environment chooses the file of secrets."""
    return os.environ.get("DIRIGENT_VAULT", "").strip().lower() == "file"
