"""How customers reach the house and replies leave it. A message to a customer is a record with delivery ``queued``; the
``outbox`` hands it to the adapter of its account. Where no account of a channel is set up here, a program of its own may
read the change feed, hand it on and report what became of it (``desk.deliveries``).

- ``base``        what an adapter is
- ``accounts``    which accounts there are: ``channels.yaml``
- ``secrets``     where their secrets are kept
- ``intake``      the adapters' door to the desk
- ``hooks``       accounts that are called from outside
- ``exchange``    one request over HTTP and its answer
- ``addresses``   where a request comes from
- ``typing``      passes on that an agent types
- ``signals``     what happens at this moment and is not kept
- ``kinds``       which kinds of account there are, and how an adapter of each is made
- ``outbox``      what is queued goes out, once, over crashes
- ``supervisor``  keeps the adapters going
- ``email``       IMAP and SMTP
- ``webchat``     the chat on a company's page
- ``matrix``      messenger over Matrix
- ``sms``         text messages through an HTTP gateway
- ``webhook``     anything else, by signed HTTP both ways
"""
