"""The records, commands and changes everything else speaks of; imports nothing of the product.

- ``ids``          the kinds of id, and ``new_id`` (UUIDv7, RFC 9562)
- ``channels``     the channels a customer may come by
- ``capabilities`` what each channel can carry
- ``sms``          how many parts a text message takes
- ``customer``     customer, identity, consent, address, data-quality finding
- ``interaction``  interaction, message, attachment
- ``filenames``    what a stranger's file may be called, and whether it may be opened
- ``lifecycle``    the state machine of an interaction
- ``agent``        agent, skill, presence, queue
- ``routing``      hours, rings, the routing policy, decisions, alerts, broadcasts
- ``journey``      touchpoint (one event of a customer's journey), stage
- ``record``       business record: order, contract, invoice, case, query
- ``suggestion``   verdicts with reasons: intent, mood, next best action
- ``template``     canned text and disposition
- ``playbook``     what the company prescribes for a kind of request
- ``flow``         a playbook worked through step by step in one contact
- ``knowledge``    articles to look up and to be suggested
- ``learned``      a model the hub learned, as desktops hear of it
- ``account_option`` what an account is asked for beside its sign-in
- ``duplicate``    two customer records that look like one person
- ``merge``        what a record becomes when another is folded into it
- ``verification`` what is asked before sensitive data is shown
- ``commands``     what an agent can ask for, imperative
- ``changes``      what one commit of the local store changed
"""
