"""The one call for an arriving message: its language, what it is about and how the customer feels. The hub makes it on
ingest, the desktop when it works with a backend that has no brain."""

from __future__ import annotations

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.insight.intent import IntentModel, IntentVerdict
from desktop.insight.language import LanguageVerdict, language_of
from desktop.insight.mail_text import own_words
from desktop.insight.mood import MoodVerdict, mood_of


class Assessment(Struct, frozen=True, kw_only=True):
    """``text`` is what was judged: the customer's own new words, subject first where it says something."""

    text: str = ""
    language: LanguageVerdict = LanguageVerdict()
    intent: IntentVerdict = IntentVerdict()
    mood: MoodVerdict = MoodVerdict()


_REPLY_MARKS = ("re:", "aw:", "fw:", "fwd:", "wg:", "antw:", "sv:")


def assess(
    text: str,
    subject: str = "",
    language_hint: str = "",
    model: IntentModel | None = None,
    channel: Channel | None = None,
) -> Assessment:
    """Return the verdicts on one message of a customer. Without ``model`` the intent stays unknown.

    The subject is read along with the text unless the message is a reply, whose subject is old. Never raises for any
    text: an empty or senseless one has no intent, the language ``und`` and mood 0."""
    own = own_words(text)
    title = " ".join(subject.split())
    is_reply = title.lower().startswith(_REPLY_MARKS)
    if title and not is_reply and title.lower() not in own.lower():
        whole = f"{title}\n{own}" if channel in (None, Channel.EMAIL) or not own else own
    else:
        whole = own or title
    language = language_of(own or whole, language_hint)
    intent = model.predict(whole, language.language) if model is not None else IntentVerdict()
    return Assessment(text=whole, language=language, intent=intent, mood=mood_of(own or whole, language.language))
