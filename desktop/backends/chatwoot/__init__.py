"""Chatwoot 4 as a backend: its REST interface for everything that counts, its socket for hints (docs/backends.md).

- ``backend``   ``ChatwootBackend``: the protocol, put together from the parts below
- ``client``    calls: credentials, the account, the pace of reading, what a status means, the server's clock
- ``fields``    reading answers whose shape nobody guarantees
- ``names``     ids here and there
- ``records``   conversations, messages and contacts as domain records
- ``set_up``    agents, teams, inboxes, labels and canned responses as domain records
- ``ledger``    versions for records that carry none
- ``reader``    conversations with their messages, read page by page
- ``feed``      what changed since a watermark
- ``night``     the nightly look at what no watermark tells
- ``past``      the history, open work first
- ``orders``    commands carried over, and what became of one whose answer was lost
- ``contacts``  commands about customers
- ``files``     attachments both ways
- ``cable``     the socket
"""
