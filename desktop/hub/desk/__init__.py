"""What happens to an interaction, from arrival to wrap-up. The API calls ``desk.Desk`` and nothing else in here.

- ``desk``        the one door: each call is one transaction
- ``options``     what an operator can set
- ``refusals``    how the desk says no
- ``work``        what one transaction of the desk knows: ledger, caller, instant; moving along the state machine
- ``setup``       the queues, dispositions, templates and intent names of a new centre
- ``content``     what is kept of a message as it arrived: cut, sanitised, with its files
- ``matching``    whose message it is and which interaction it belongs to
- ``ingest``      a message or call event arrives
- ``guidance``    language, intent, mood and urgency of an interaction
- ``advice``      next best actions of an interaction, and what is learned from their fate
- ``library``     playbooks and articles: shipped ones and a centre's own, reloaded when they change
- ``offers``      who is asked to take a request
- ``clocks``      what happens when time runs out, and offers when somebody has room again
- ``commands``    one command: exactly one effect a key, one handler each:
  ``ownership`` (accept, decline, take, transfer, requeue, reopen), ``contact`` (hold … wrap_up), ``messages``,
  ``verdicts`` (intent), ``suggestions``, ``flows``, ``customers``, ``linking``, ``merging``, ``presence``,
  ``duplicates`` (proposed pairs, told apart), ``verification`` (what a caller is asked)
- ``likeness``    looks for records of one person, in the background
- ``codes``       dispositions and request types a centre grows by using them
- ``deliveries``  what became of an agent's message on its channel
- ``journey``     touchpoints handed in
- ``pushed``      customers and records other systems push
- ``live``        what a lead's board shows
"""
