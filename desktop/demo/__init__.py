"""The demo centre: a believable company on this machine, and the people who keep it busy. Its texts are ``resources/demo``.

- ``texts``       reading what a copywriter edits
- ``people``      the customers, made of names, streets and cities
- ``trade``       what they bought: orders, invoices, contracts, appointments, cases, and the journey around them
- ``slots``       what fills the ``{slots}`` of a dialogue: the customer's own records
- ``talk``        a dialogue cast with a customer
- ``centre``      all of it together, the same for the same seed
- ``history``     the contacts of two years
- ``opening``     the work on the desks when the demo opens
- ``seed``        the centre into an empty hub
- ``line``        calls to the hub that hold through its restarts
- ``board``       what the change feed says of the work in hand
- ``callers``     a simulated customer
- ``colleagues``  a simulated agent
- ``config``      what that process is told
- ``traffic``     the process that runs both: ``python -m desktop.demo.traffic``
"""
