"""What of a record can be found, and where it stands in time: one entry of the index.

An entry is a set of words: those of its texts, who wrote them (also marked as the sender), and tags (see ``words`` for the
signs they begin with). Where words stand is not kept: a phrase is looked for in the text itself. Pure; called by
``indexing`` and, for the text a snippet is cut from, by ``hits``.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

import msgspec
from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.interaction import InteractionState
from desktop.store.folding import digits
from desktop.store.search.words import SENDER, TAG, index_words, words_of

CUSTOMER: Final = 1
INTERACTION: Final = 2
MESSAGE: Final = 3
FILE: Final = 4

# Rows of the index are eighths of a second: in order of time, and close enough together to be stored in few bytes.
MICROS_A_ROW: Final = 125_000
_FARTHEST: Final = 2**56
# Nobody looks for the thousandth page of a mail by its words.
LONGEST_TEXT: Final = 100_000
_LONGEST_NUMBER: Final = 40
_SHORTEST_ENDING: Final = 3
_MARKUP: Final = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)

# Single signs from the private use area: the tags that every entry bears, of one letter so that they cost little.
KINDS: Final = {
    name: chr(0xE000 + n) for n, name in enumerate(("customer", "contact", "received", "sent", "note", "file"))
}
CHANNELS: Final = {channel.value: chr(0xE100 + n) for n, channel in enumerate(Channel)}
OPEN: Final = chr(0xE200)
QUEUE: Final = f"{TAG}q"
ASSIGNEE: Final = f"{TAG}a"
AUTHOR: Final = f"{TAG}g"


class FileName(Struct, frozen=True):
    name: str = ""


class Said(Struct, frozen=True):
    """Of a message, what the index needs."""

    author: str
    kind: str = "text"
    channel: str | None = None
    agent_id: str | None = None
    author_name: str = ""
    text: str = ""
    html: str = ""
    subject: str = ""
    attachments: tuple[FileName, ...] = ()


class Contact(Struct, frozen=True):
    """Of an interaction, what the index needs."""

    channel: str
    state: InteractionState
    customer_name: str = ""
    from_address: str = ""
    queue: str | None = None
    assignee: str | None = None
    subject: str = ""
    summary: str = ""
    last_text: str = ""


class Context(NamedTuple):
    """What a message is found by because of the contact it belongs to: its customer as the sender, and tags."""

    sender: str = ""
    tags: str = ""
    channel: str = ""

    @property
    def mark(self) -> int:
        """A number that differs when the context does."""
        return crc32("\n".join(self).encode())


NO_CONTEXT: Final = Context()
read_said: Final = msgspec.json.Decoder(Said).decode
read_contact: Final = msgspec.json.Decoder(Contact).decode


def row_at(at: int) -> int:
    """Return the row of the index that stands for an instant (microseconds)."""
    return max(-_FARTHEST, min(at // MICROS_A_ROW, _FARTHEST))


@lru_cache(4096)
def tag(group: str, value: str) -> str:
    """Return the word that marks an entry; ``value`` is an id, any text."""
    return group + "".join(char for char in value.lower() if char.isalnum())


def said_text(text: str, markup: str) -> str:
    """Return the words of a message; of one that has only markup, what it shows."""
    if text or not markup:
        return text[:LONGEST_TEXT]
    return html.unescape(_MARKUP.sub(" ", markup[: 4 * LONGEST_TEXT]))[:LONGEST_TEXT]


def sender_words(address: str) -> list[str]:
    """Return the words of an address that say who somebody is: all but the top level of a domain."""
    name, at, domain = address.rpartition("@")
    return words_of(f"{name} {domain.rpartition('.')[0]}" if at else address)


def context_of(contact: Contact, *names: str) -> Context:
    """Return the context of a contact whose customer is (or was, before a merge) also called ``names``."""
    called = dict.fromkeys((contact.customer_name, *names))
    senders = {word: None for name in called for word in words_of(name)}
    senders |= dict.fromkeys(sender_words(contact.from_address))
    tags = [OPEN] if contact.state.is_open else []
    if contact.queue:
        tags.append(tag(QUEUE, contact.queue))
    if contact.assignee:
        tags.append(tag(ASSIGNEE, contact.assignee))
    marked = " ".join(f"{SENDER}{word}" for word in senders)
    return Context(f"{index_words(' '.join(called))} {marked}", " ".join(tags), contact.channel)


def message_words(said: Said, context: Context) -> str:
    """Return what a message is found by, or nothing where there is nothing to find."""
    words = index_words(f"{said.subject} {said_text(said.text, said.html)}")
    if not words:
        return ""
    kind = "note" if said.kind == "note" else "received" if said.author == "customer" else "sent"
    return f"{words} {_around(said, kind, context)}"


def file_words(said: Said, context: Context) -> str:
    """Return what the attachments of a message are found by: their names."""
    words = index_words(" ".join(file.name for file in said.attachments))
    return f"{words} {_around(said, 'file', context)}" if words else ""


def contact_words(contact: Contact, context: Context) -> str:
    """Return what an interaction is found by: customer, address, subject, summary and last words."""
    texts = (contact.from_address, contact.subject, contact.summary, contact.last_text[:LONGEST_TEXT])
    words = index_words(" ".join(texts))
    channel = CHANNELS.get(context.channel, "")
    return f"{words} {context.sender} {KINDS['contact']} {channel} {context.tags}"


def customer_words(customer: Customer) -> str:
    """Return what a customer is found by: names, number, addresses; a number also by its middle and end."""
    known = [customer.name, customer.given_name, customer.family_name, customer.number]
    numbers = [customer.number]
    senders = words_of(" ".join(known[:3]))
    for identity in customer.identities:
        known += (identity.value, identity.normalised)
        senders += sender_words(identity.normalised)
        if identity.kind in (IdentityKind.PHONE, IdentityKind.CUSTOMER_NO):
            numbers += (identity.normalised, identity.value)
    if customer.address is not None:
        known += (customer.address.street, customer.address.postcode, customer.address.city)
    ends = {end for number in numbers for end in _endings(number)}
    marked = {f"{SENDER}{word}" for word in senders}
    return " ".join((index_words(" ".join(known)), *ends, *marked, KINDS["customer"]))


def _endings(number: str) -> list[str]:
    """A number and all its endings of three digits and more, so that any piece of it begins one of them."""
    bare = digits(number)[:_LONGEST_NUMBER]
    return [index_words(bare[at:]) for at in range(max(1, len(bare) - _SHORTEST_ENDING + 1))] if bare else []


def _around(said: Said, kind: str, context: Context) -> str:
    channel = CHANNELS.get(said.channel or context.channel, "")
    if said.author == "customer":
        author = context.sender
    else:
        author = tag(AUTHOR, said.agent_id) if said.agent_id else index_words(said.author_name)
    return f"{author} {KINDS[kind]} {channel} {context.tags}"
