"""``dirigent bench``: the product measured against its own budgets (DESIGN, section 10), on what the machine really does.

- ``catalogue``  the sub-commands, importing nothing heavy
- ``figures``    what was measured, on which machine, beside its budget; as text and as JSON
- ``caches``     a profile with a generated cache, which the program opens offline like any other
- ``further``    further accounts of such a desk
- ``joining``    accounts of a measured window at hubs that are running
- ``probe``      the hook in the running program that notes the first painted inbox, and its memory
- ``stage``      a window in this process whose paints are timed
- ``launch``     the program as a process of its own, until its probe has noted what it was told to
- ``start``      process start to painted inbox
- ``memory``     what that process takes
- ``idle``       and what it does while nothing happens
- ``switch``     click on a conversation to its last pixel
- ``scroll``     a turn of the wheel to the painted rows
- ``search``     results as one types
- ``floors``     what the bare database takes for the same
- ``centre``     a hub of its own with customers, and the channel that sends their messages
- ``filling``    a history for that hub
- ``sync``       a first sync: how soon, how fast, how smoothly
- ``pulse``      how long the event loop stands still
- ``pop``        arrival of a request to its screen pop
- ``crowd``      made-up customers by the million, and how they say who they are
- ``identify``   who of them somebody is
- ``routing``    who gets what among very many
- ``board``      what the live board costs the hub
- ``channels``   a message from a page to the desktops of a hub under load
- ``faults/``    rounds of work while everything breaks
"""
