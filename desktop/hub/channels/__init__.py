"""How a reply leaves the house. A message to a customer is a record with delivery ``queued``; whoever runs a channel reads
it from the change feed, hands it on and reports what became of it (``desk.deliveries``).

- ``base``  what each channel can carry, and what an adapter is
"""
