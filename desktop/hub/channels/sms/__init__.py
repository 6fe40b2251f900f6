"""Text messages through a gateway that speaks HTTP: answers are requests to it, what customers write and delivery reports
come as calls to ``/hooks/ACCOUNT/message`` and ``/hooks/ACCOUNT/report``. How a gateway wants it, the file says; for Kannel
it is known.

- ``settings``  what stands in the file for an account of kind ``sms``
- ``gateway``   a message as a gateway's request, and what it says to that
- ``parts``     long messages that come in pieces
- ``receiver``  messages and reports that come in
- ``adapter``   messages that go out
"""

from __future__ import annotations

from desktop.hub.channels.sms.adapter import SmsAdapter, make
from desktop.hub.channels.sms.receiver import SmsReceiver, receiver
from desktop.hub.channels.sms.settings import Settings

__all__ = ["Settings", "SmsAdapter", "SmsReceiver", "make", "receiver"]
