"""The server: keeps what happened, decides what happens next, and tells every desktop. Only ``app`` and ``demo`` see it.

- ``db/``        tables, migrations, and the ``Ledger`` through which every record is read and written
- ``auth/``      passwords, access and refresh tokens, machine tokens, roles
- ``api/``       the HTTP routes of version 1
- ``board/``     the live board: figures, forecasts, alerts
- ``desk/``      what happens to an interaction: ingest, commands, offers and their clocks
- ``routing/``   the state behind routing decisions; the decisions themselves are ``insight.routing``
- ``channels/``  how a reply leaves the house
- ``history/``   importing and replaying existing histories
- ``mail/``      a mail read, judged and written, without network or database
- ``learning/``  when models are learned, which one runs, who is told
- ``training/``  learning models from history, in a process of its own
- ``feed``       the change feed: pages, long polls, event streams
- ``blobs``      attachments by what is in them
- ``scanner``    files shown to a virus scanner
- ``commands_line``  ``dirigent hub serve | user | token``
- ``library_line``   ``dirigent hub playbooks``
- ``centre_line``    ``dirigent hub centre``
- ``channels_line``  ``dirigent hub channels``
- ``server``     starting and stopping all of it
"""
