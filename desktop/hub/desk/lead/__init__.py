"""What leads do about contacts, agents and the centre. Each handler is for one command of ``domain.commands``, called by
``desk.commands``; leads act within their team and its queues, admins everywhere, nobody else at all.

- ``authority``   whom and what a lead leads
- ``contacts``    a contact: reassign, take over, set its priority
- ``observing``   reading a contact along, joining it, and stopping to
- ``whispers``    a word to the agent of a contact
- ``agents``      an agent's state, and lending them to other queues
- ``broadcasts``  a word to teams
- ``alerts``      rules of alerts, and alerts seen
- ``timers``      loans and broadcasts that end by themselves
- ``deeds``       what of a command the audit log keeps
"""
