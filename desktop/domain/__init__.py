"""The records, commands and changes everything else speaks of; imports nothing of the product.

- ``ids``          the kinds of id, and ``new_id`` (UUIDv7, RFC 9562)
- ``channels``     the channels a customer may come by
- ``customer``     customer, identity, consent, address, data-quality finding
- ``interaction``  interaction, message, attachment
- ``filenames``    what a stranger's file may be called, and whether it may be opened
- ``lifecycle``    the state machine of an interaction
- ``agent``        agent, skill, presence, queue
- ``journey``      touchpoint (one event of a customer's journey), stage
- ``record``       business record: order, contract, invoice, case, query
- ``suggestion``   verdicts with reasons: intent, mood, next best action
- ``template``     canned text and disposition
- ``commands``     what an agent can ask for, imperative
- ``changes``      what one commit of the local store changed
"""
