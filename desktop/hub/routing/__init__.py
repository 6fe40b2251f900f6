"""The state behind routing decisions, read from the ledger; the decisions themselves are ``insight.routing``.

- ``loads``    what each agent has in hand
- ``backlog``  what waits, in the order in which it is to be offered
"""
