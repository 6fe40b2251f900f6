"""The encrypted local database: what was synced, what is still to be sent, what the agent typed.

- ``database``     ``Store``: two threads, reads, writes, and one change set a commit
- ``connection``   opening the file with its key; the errors
- ``schema``       tables of cache and journal, migrations
- ``columns``      how a record becomes a row
- ``rows``         what the projections return
- ``projections``  reading: server rows with pending commands laid over them; the front of the five that follow
- ``worklists``    the lists of the inbox
- ``streams``      one stream of a contact or of everything, suggestions
- ``customers``    customer 360, journey
- ``centre``       agents, queues, templates, dispositions, request types
- ``finding``      customers and interactions by what was typed
- ``folding``      text folded so that Größe and Groesse are the same
- ``overlay``      how a command changes a row before the hub has confirmed it
- ``apply``        writing what came from the network
- ``outbox``       the commands on their way
- ``journal``      drafts, settings, read marks
- ``retention``    the right to be forgotten
- ``generate``     a believable cache to measure on, with its words in ``phrases``
"""
