"""Anything that can send and take a signed request over HTTP: a company's own app, a bridge to a service of its own. What
customers write is handed in by ``POST /hooks/ACCOUNT/events``, what agents answer goes to the address in ``settings``, both
signed as the Standard Webhooks specification has it. ``examples/webhook`` is an app that does so.

- ``settings``  what stands in the file for an account of kind ``webhook``
- ``signing``   signatures and their keys
- ``events``    what is said in both directions
- ``receiver``  events that come in
- ``adapter``   events that go out
"""

from __future__ import annotations

from desktop.hub.channels.webhook.adapter import WebhookAdapter, make
from desktop.hub.channels.webhook.receiver import WebhookReceiver, receiver
from desktop.hub.channels.webhook.settings import Settings

__all__ = ["Settings", "WebhookAdapter", "WebhookReceiver", "make", "receiver"]
