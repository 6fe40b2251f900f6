"""The chat on a company's page. A page loads one script from the hub (``page``) and speaks to the routes of
``hub.api.webchat``; any process of the hub answers any visitor.

- ``settings``      what may stand in ``channels.yaml``
- ``site``          one account: whose pages may speak to it, its keys, what a page shows
- ``tokens``        who a visitor is, and whom a site vouches for
- ``limits``        how much at once
- ``shapes``        what page and hub say to each other
- ``reception``     all a visitor may ask for
- ``sessions``      a visitor comes, or comes back
- ``aftermath``     rating and transcript
- ``forms``         what is asked before a chat
- ``streams``       who listens, and what wakes them
- ``telling``       what a page is told while it listens
- ``silence``       chats that end by themselves
- ``conversation``  what a visitor may read of their contact
- ``waiting``       place in the queue and expected wait
- ``visits``        pages looked at, as touchpoints
- ``transcript``    what was said, as text
- ``adapter``       the outgoing side
- ``page``          script, style and words of the chat: what a page loads
"""

from __future__ import annotations

from pathlib import Path

from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import Adapter
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.secrets import secret_of
from desktop.hub.channels.webchat.adapter import WebchatAdapter
from desktop.hub.channels.webchat.settings import Settings
from desktop.hub.channels.webchat.site import SECRET

__all__ = ["Settings", "make"]


def make(account: Account, settings: Settings, intake: Intake, base: Path) -> Adapter:
    """Return the adapter of an account. Raises ``NoSecret`` where visitors are to be vouched for and the key is missing."""
    if settings.identity != "off":
        secret_of(account, SECRET, base)
    return WebchatAdapter(account)
