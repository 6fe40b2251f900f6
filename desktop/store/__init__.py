"""The encrypted local database: what was synced, what is still to be sent, what the agent typed.

- ``database``     opening, key, connections and their two threads; ``Store``
- ``schema``       tables of cache and journal, migrations
- ``rows``         what the projections return
- ``projections``  reading: server rows with pending commands laid over them
- ``overlay``      how a command changes a row before the hub has confirmed it
- ``apply``        writing what came from the network
- ``outbox``       the commands on their way
- ``journal``      drafts, settings, read marks
"""
