"""What a lead does, as sheets and menus that the board and the open contact share. Each drops down from a control, blocks
nothing, and ends in ``viewmodels.leading``.

- ``whisper``    a word to the agent that only they see
- ``reassign``   to another queue or agent, one contact or many
- ``menus``      the state of an agent, the priority of contacts
- ``queue_ticks``  queues to be ticked
- ``lend``       an agent to other queues for a while
- ``broadcast``  a word to everybody
- ``rules``      the alert rules
- ``rule_form``  one of them
"""
