"""E-mail: one account is one mailbox (or several folders of it) and one way out. Messages come in by IMAP and leave by SMTP.

- ``settings``    what stands in the file for an account of kind ``email``
- ``sign_in``     the password, or an access token by OAuth 2
- ``mailbox``     one IMAP connection, as calls that block
- ``folder``      a folder watched: every new mail is handed on, once
- ``incoming``    a mail as the desk takes it in
- ``outgoing``    an agent's answer as a mail
- ``submission``  one mail handed to the SMTP server, and what it says to that
- ``adapter``     the account as a whole
"""

from __future__ import annotations

from desktop.hub.channels.email.adapter import EmailChannel, make
from desktop.hub.channels.email.settings import Settings

__all__ = ["EmailChannel", "Settings", "make"]
