"""What may stand under ``settings`` of a ``webchat`` account in ``channels.yaml``. Texts for visitors are given by language
code; where a language is not there, English is taken, else the first."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Texts = dict[str, str]

_COLOUR: Final = r"#[0-9a-fA-F]{6}"
_ORIGIN: Final = r"https?://[a-z0-9.-]+(:[0-9]{1,5})?"
_URL: Final = r"(https?://[^\s\"'<>]+)?"

FILE_TYPES: Final = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heic",
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field of the form before a chat. ``name`` and ``topic`` are read as the visitor's name and the subject; the others
    go with the first message. ``choices`` are the values of a ``choice``, each with its title by language."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    kind: Literal["text", "email", "phone", "choice"] = "text"
    label: Texts = {}
    is_required: bool = False
    choices: dict[str, Texts] = {}


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``origins`` are the pages that may hold the chat, as ``https://www.example.org``; no other page gets an answer.
    ``queue`` is whose opening hours count; else they are those of the queue a request lands in. ``identity`` says
    whether visitors may (``optional``) or must (``required``) come with a signed identity; its key is the secret
    ``identity``. ``agent_name`` is how agents are called. ``page_views``: the pages seen before a chat are handed in
    ``always``, with the visitor's ``consent``, or never (``off``); of their addresses only ``kept_parameters`` of the
    query stay. A chat whose visitor says nothing for ``idle_minutes`` after an answer is ended (0: never). A visitor
    is known again for ``remember_hours``. ``proxies`` are the addresses whose ``X-Forwarded-For`` is believed."""

    origins: tuple[Annotated[str, Meta(pattern=f"^{_ORIGIN}$")], ...] = ()
    queue: str = ""
    title: Texts = {}
    greeting: Texts = {}
    fields: tuple[Field, ...] = ()
    consent: Texts = {}
    privacy_url: Annotated[str, Meta(pattern=f"^{_URL}$")] = ""
    identity: Literal["off", "optional", "required"] = "off"
    agent_name: Literal["first", "full", "brand"] = "first"
    page_views: Literal["off", "consent", "always"] = "off"
    kept_parameters: tuple[str, ...] = ()
    has_files: bool = True
    largest_file_mb: Annotated[int, Meta(ge=1, le=25)] = 10
    file_types: tuple[str, ...] = FILE_TYPES
    has_rating: bool = True
    has_transcript: bool = True
    idle_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 30
    remember_hours: Annotated[int, Meta(ge=1, le=24 * 90)] = 24 * 7
    colour: Annotated[str, Meta(pattern=f"^{_COLOUR}$")] = "#0b5cad"
    side: Literal["right", "left"] = "right"
    proxies: tuple[str, ...] = ()


def text_of(texts: Texts, language: str) -> str:
    """Return the text in a language (``de``, ``de-AT``), else in English, else the first there is, else nothing."""
    return texts.get(language) or texts.get(language[:2]) or texts.get("en") or next(iter(texts.values()), "")


def language_of(asked: str) -> str:
    """Return the language of the chat's own words for a page's language: German or English."""
    return "de" if re.match(r"de\b", asked.strip().lower()) else "en"


def ink_on(colour: str) -> str:
    """Return black or white, whichever is read better on ``#rrggbb`` (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
