"""``dirigent doctor``: looks at everything outside the program that it needs, one line each, with what mends it.

Nothing is changed but that a missing profile folder is made. No secret, and no name or password inside an address, is
printed.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import platform
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from desktop.app import policy
from desktop.app.profile import Profile
from desktop.backends.base import BackendError, Offline
from desktop.backends.http import HttpClient, HttpSettings
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.vault import KeyringVault, NoVault
from desktop.store.connection import Connection
from desktop.store.database import Store, StoreError
from desktop.wire import paths

REACH_S = 3.0
_NEEDED_BYTES = 500_000_000
_MISTAKES = {
    "unreadable": "cannot be read, strict rules hold",
    "unknown": "no such rule",
    "bad_value": "makes no sense, its strict value holds",
}
_PLAYERS = ("pw-play", "paplay", "aplay", "afplay")
_LINUX_LIBRARIES = "libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libdbus-1-3"

# Run in a process of its own: where Qt finds no way to the display it aborts, and says why on standard error.
_LOOK = """
import json, sys
from PySide6.QtGui import QFontDatabase, QGuiApplication
from desktop.ui.theme import fonts
app = QGuiApplication([])
families = len(QFontDatabase.families())
screen = app.primaryScreen()
size = f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}" if screen else ""
print(json.dumps({"platform": app.platformName(), "screen": size, "font": fonts.load().family(), "families": families}))
"""


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(Struct, frozen=True):
    """One line: what was looked at, how it is, and what mends it where it is not well."""

    name: str
    level: Level
    told: str
    mend: str = ""


def run(args: argparse.Namespace) -> int:
    """Print what was found; returns 1 where something keeps the program from working, else 0."""
    findings = examine(getattr(args, "profile", None), os.environ)
    width = max(len(one.name) for one in findings)
    for one in findings:
        print(f"{one.level:<4}  {one.name:<{width}}  {one.told}")
        if one.mend:
            print(f"{'':<4}  {'':<{width}}  -> {one.mend}")
    failed = sum(one.level is Level.FAIL for one in findings)
    warned = sum(one.level is Level.WARN for one in findings)
    print(f"\n{len(findings)} looked at, {warned} with a warning, {failed} failed")
    return 1 if failed else 0


def examine(profile: str | None, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything, in the order in which the program comes to need it."""
    folder, root = profile_folder(profile)
    account = None if root is None else Accounts(root).latest()
    checks: list[Callable[[], list[Finding] | Finding]] = [
        lambda: python(sys.version_info[:3]),
        lambda: qt(_version("PySide6-Essentials"), sys.version_info[:2]),
        lambda: display(environ),
        lambda: folder,
        lambda: rules(environ),
        lambda: keyring(account, environ),
        database,
        lambda: proxy(environ),
        lambda: certificates(environ),
        lambda: backend(account),
        lambda: sound(shutil.which),
    ]
    findings: list[Finding] = []
    for check in checks:
        found = check()
        findings += found if isinstance(found, list) else [found]
    return findings


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


# --- the program itself -------------------------------------------------------------------------------------------------


def python(version: tuple[int, ...]) -> Finding:
    """The interpreter."""
    told = f"{'.'.join(map(str, version))} on {platform.platform()}"
    if version < (3, 11):
        return Finding("Python", Level.FAIL, told, "install Python 3.11 or newer")
    return Finding("Python", Level.OK, told)


def qt(version: str, interpreter: tuple[int, ...]) -> Finding:
    """The Qt binding. 6.12 loses references of ``None``, which ends Python 3.11 (docs/decisions)."""
    mend = 'pip install "PySide6-Essentials>=6.11.3,<6.12"'
    if not version:
        return Finding("Qt", Level.FAIL, "PySide6-Essentials is not installed", mend)
    parts = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if parts >= (6, 12) and interpreter < (3, 12):
        return Finding("Qt", Level.FAIL, f"PySide6 {version} aborts on Python 3.11 after a while", mend)
    if not (6, 11, 3) <= parts < (6, 12):
        return Finding("Qt", Level.WARN, f"PySide6 {version} is not a version this was tested with", mend)
    return Finding("Qt", Level.OK, f"PySide6 {version}")


def display(environ: Mapping[str, str]) -> list[Finding]:
    """The display with its platform plugin, and the interface font."""
    has_display = sys.platform != "linux" or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    wanted = environ.get("QT_QPA_PLATFORM", "")
    more = {} if has_display or wanted else {"QT_QPA_PLATFORM": "offscreen"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _LOOK], env={**environ, **more}, capture_output=True, timeout=30, check=False
        )
    except subprocess.TimeoutExpired:
        return [Finding("display", Level.FAIL, "Qt did not answer within 30 s", "restart the session of the desktop")]
    if done.returncode:
        return [_no_display(done.stderr.decode(errors="replace"), wanted)]
    found = json.loads(done.stdout.splitlines()[-1])
    shown = f"{found['platform']} {found['screen']}".strip()
    if more or wanted in ("offscreen", "minimal"):
        about = Finding(
            "display",
            Level.WARN,
            f"none ({shown})",
            "without a display only 'demo --screenshot' and 'bench' are of use",
        )
    else:
        about = Finding("display", Level.OK, shown)
    if not found["families"]:
        return [about, Finding("font", Level.FAIL, "no fonts at all", "install a font, such as fonts-dejavu-core")]
    return [about, Finding("font", Level.OK, f"{found['font']} ({found['families']} families)")]


def _no_display(said: str, wanted: str) -> Finding:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reason = next((line for line in lines if "plugin" in line.lower() or "lib" in line), lines[-1] if lines else "")
    if wanted and "could not find" in reason.lower():
        mend = f"unset QT_QPA_PLATFORM (now {wanted!r})"
    elif sys.platform == "linux":
        mend = f"sudo apt-get install {_LINUX_LIBRARIES}"
    else:
        mend = "install the package again"
    return Finding("display", Level.FAIL, f"Qt cannot open it: {reason[:200]}", mend)


# --- what is kept -------------------------------------------------------------------------------------------------------


def profile_folder(given: str | None) -> tuple[Finding, Path | None]:
    """The profile's folder: there, ours alone, writable, with room. Returns it too where it can be used."""
    try:
        root = Profile.of(given).root
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError as error:
        told = f"cannot be used: {error.strerror}"
        return Finding("profile", Level.FAIL, told, "name another folder with --profile"), None
    if os.name == "posix":
        for path in (root, root / "secrets.json", root / "accounts.json"):
            if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                told = f"{path} can be opened by other users"
                return Finding("profile", Level.WARN, told, f"chmod go-rwx '{path}'"), root
    free = shutil.disk_usage(root).free
    if free < _NEEDED_BYTES:
        told = f"{root} has only {free // 1_000_000} MB left"
        return Finding("profile", Level.WARN, told, "make room on that disk"), root
    return Finding("profile", Level.OK, f"{root}, {free // 1_000_000_000} GB free"), root


def rules(environ: Mapping[str, str], site: Path | None = None) -> Finding:
    """The policy in force, where it comes from, and what is wrong in it."""
    ruling = policy.load(environ, site)
    source = ", ".join(str(path) for path in ruling.sources) or "none, the defaults hold"
    in_force = ruling.policy
    lock = f"locks after {in_force.lock_after_min:g} min" if in_force.lock_after_min else "locks only by hand"
    if not ruling.mistakes:
        return Finding("policy", Level.OK, f"{source}; {lock}")
    told = ", ".join(f"{mistake.rule} ({_MISTAKES[mistake.code]})" for mistake in ruling.mistakes)
    return Finding("policy", Level.WARN, f"{source}; {told}", "correct the file: docs/policy.md lists every rule")


def keyring(account: Account | None, environ: Mapping[str, str]) -> Finding:
    """Where secrets are kept."""
    is_chosen = environ.get("DIRIGENT_VAULT", "").strip().lower() == "file"
    if is_chosen or (account is not None and account.vault is VaultKind.FILE):
        why = "DIRIGENT_VAULT=file" if is_chosen else "chosen for this account"
        mend = "start a keyring service and sign in again to keep them safe from a thief of the disk"
        return Finding("keyring", Level.WARN, f"not used: secrets are in a file of the profile ({why})", mend)
    try:
        # Nothing is kept under this name; a keyring that is only pretended, or locked, says so when asked.
        KeyringVault().get("doctor", "probe")
    except NoVault as error:
        if error.code == "locked":
            return Finding("keyring", Level.WARN, "it is locked", "unlock it, as by signing in to the desktop again")
        mend = "start a keyring (gnome-keyring, KWallet), or choose a file: DIRIGENT_VAULT=file"
        return Finding("keyring", Level.WARN, "none that keeps secrets secret", mend)
    return Finding("keyring", Level.OK, "the system's, and it answers")


def database() -> Finding:
    """The encrypted database: a real one is made, closed, and opened again."""
    mend = 'pip install --force-reinstall "sqlcipher3>=0.6.2"'

    def look(conn: Connection) -> tuple[str, str, bool]:
        (cipher,) = conn.execute("PRAGMA cipher_version").fetchone() or ("",)
        (sqlite,) = conn.execute("SELECT sqlite_version()").fetchone()
        options = {row[0] for row in conn.execute("PRAGMA compile_options")}
        return cipher, sqlite, "ENABLE_FTS5" in options

    try:
        with tempfile.TemporaryDirectory(prefix="dirigent-doctor-") as folder:
            file = Path(folder) / "cache.db"
            for _ in range(2):
                store = Store.open(file, bytes(32))
                try:
                    cipher, sqlite, has_search = store.query(look)
                finally:
                    store.close()
            is_plain = file.read_bytes()[:6] == b"SQLite"
    except (StoreError, OSError) as error:
        return Finding("database", Level.FAIL, f"cannot be made: {error}", mend)
    if not cipher or is_plain:
        return Finding("database", Level.FAIL, f"SQLite {sqlite} without encryption", mend)
    if not has_search:
        return Finding("database", Level.FAIL, f"SQLCipher {cipher} without full-text search (FTS5)", mend)
    return Finding("database", Level.OK, f"SQLCipher {cipher}, SQLite {sqlite}, FTS5")


# --- the way out --------------------------------------------------------------------------------------------------------


def proxy(environ: Mapping[str, str]) -> Finding:
    """What the environment says about proxies; never the name and password that may be in it."""
    found = []
    for name in ("DIRIGENT_PROXY", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        text = environ.get(name, "").strip()
        if not text:
            continue
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if not host:
            return Finding(
                "proxy", Level.FAIL, f"{name} is not an address", f"set {name} to http://host:port, or unset it"
            )
        found.append(f"{name} {host}{f':{port}' if port else ''}")
    if not found:
        return Finding("proxy", Level.OK, "none set")
    skipped = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    return Finding("proxy", Level.OK, ", ".join(found) + (f"; not for {skipped}" if skipped else ""))


def certificates(environ: Mapping[str, str]) -> Finding:
    """The authorities that are trusted, and the files the environment names."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "DIRIGENT_CA_FILE", "DIRIGENT_CLIENT_CERT", "DIRIGENT_CLIENT_KEY"):
        path = environ.get(name, "")
        if path and not os.access(path, os.R_OK):
            told = f"{name} names {path}, which cannot be read"
            return Finding("certificates", Level.FAIL, told, f"correct {name}, or unset it")
    context = ssl.create_default_context()
    own = environ.get("DIRIGENT_CA_FILE", "")
    if own:
        try:
            context.load_verify_locations(own)
        except ssl.SSLError:
            told = f"DIRIGENT_CA_FILE names {own}, which holds no certificate (PEM)"
            return Finding("certificates", Level.FAIL, told, "have the file given to you again, as PEM")
    count = len(context.get_ca_certs())
    folder = ssl.get_default_verify_paths().capath
    if not count and not (folder and Path(folder).is_dir() and any(Path(folder).iterdir())):
        told = "no authority is trusted: no server with https can be reached"
        return Finding("certificates", Level.WARN, told, "install ca-certificates, or set SSL_CERT_FILE")
    return Finding("certificates", Level.OK, f"{count or 'a folder of'} authorities{' and our own' if own else ''}")


def backend(account: Account | None) -> Finding:
    """The system of the account used last."""
    if account is None:
        return Finding("backend", Level.OK, "no account yet: sign in, or try 'dirigent demo'")
    mend = "the program works offline meanwhile; ask whoever runs that system, or check the network"
    try:
        asyncio.run(_reach(account.url))
    except BackendError as error:
        kind = f", {error.kind}" if isinstance(error, Offline) and error.kind else ""
        return Finding("backend", Level.WARN, f"{account.url} cannot be reached ({error.code}{kind})", mend)
    except TimeoutError:
        return Finding("backend", Level.WARN, f"{account.url} did not answer within {REACH_S:g} s", mend)
    if not account.is_private:
        told = f"{account.url} answers, but without encryption: anybody on the way can read what is said"
        return Finding("backend", Level.WARN, told, "use https")
    return Finding("backend", Level.OK, f"{account.url} answers")


async def _reach(url: str) -> None:
    async with asyncio.timeout(REACH_S):
        settings = dataclasses.replace(HttpSettings.from_environment(), connect_s=REACH_S, read_s=REACH_S)
        client = HttpClient(url, settings)
        try:
            await client.request("GET", paths.HEALTH)
        finally:
            await client.close()


def sound(find: Callable[[str], str | None]) -> Finding:
    """Whatever plays the sound of a new offer."""
    if sys.platform == "win32":
        return Finding("sound", Level.OK, "played by Windows")
    player = next((name for name in _PLAYERS if find(name)), None)
    if player is None:
        mend = "install pipewire-bin, pulseaudio-utils or alsa-utils"
        return Finding("sound", Level.WARN, "no player: a new offer only beeps", mend)
    return Finding("sound", Level.OK, player)
