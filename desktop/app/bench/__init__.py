"""``dirigent bench``: the product measured against its own budgets (DESIGN, section 10), on what the machine really does.

- ``catalogue``  the sub-commands, importing nothing heavy
- ``figures``    what was measured, on which machine, beside its budget; as text and as JSON
- ``caches``     a profile with a generated cache, which the program opens offline like any other
- ``probe``      the hook in the running program that notes the first painted inbox, and its memory
- ``stage``      a window in this process whose paints are timed
- ``start``      process start to painted inbox
- ``switch``     click on a conversation to its last pixel
- ``centre``     a hub of its own with customers, and the channel that sends their messages
- ``pop``        arrival of a request to its screen pop
"""
