"""What the window shows and what can be done with it, as Qt models and properties without a single widget.

- ``workplace``    what all view models share: the store, who I am, asking and performing, the open interaction
- ``catalogue``    the names of queues, request types, dispositions, colleagues; canned texts
- ``inbox``        the lists of the inbox and their counts
- ``offers``       what rings at this agent now
- ``interaction``  the open interaction's header: facts, chips, which actions are legal
- ``stream``       messages, notes and events of the open interaction or of everything of its customer
- ``composer``     draft, channel, canned texts, attachments, sending and undoing
- ``canned``       which canned texts fit, and filling in their blanks
- ``drafting``     one page of the composer and how it is kept
- ``reach``        whether and how a customer can be written to
- ``wrap_up``      disposition, summary, after-call-work clock
- ``customer``     customer 360
- ``journey``      touchpoints by lane, mood curve
- ``suggestions``  next best actions
- ``presence``     my state, its reasons and its clock
- ``status``       the strip: sync, outbox, queues
- ``finder``       what the palette and the search box find
"""
