"""What happens to an interaction, from arrival to wrap-up. The API calls ``desk.Desk`` and nothing else in here.

- ``desk``        the one door: each call is one transaction, but for a message that is judged after it is seen
- ``options``     what an operator can set
- ``refusals``    how the desk says no
- ``work``        what one transaction of the desk knows: ledger, caller, instant; moving along the state machine
- ``setup``       the queues, dispositions, templates and intent names of a new centre
- ``centre``      routing policy, queues and agents as IT sets them up in a file
- ``content``     what is kept of a message as it arrived, within limits, and its files
- ``matching``    whose message it is and which interaction it belongs to
- ``ingest``      a message or call event arrives
- ``judging``     what a message of a contact that is under way says, and what follows from it
- ``corrections`` a customer changes or takes back what they said
- ``opting``      a customer forbids a channel on the channel itself, or allows it again
- ``answers``     what a channel is told of what it handed in
- ``guidance``    language, intent, mood and urgency of an interaction
- ``advice``      next best actions of an interaction, and what is learned from their fate
- ``library``     playbooks and articles: shipped ones and a centre's own, reloaded when they change
- ``offers``      who is asked to take a request, and when to look again
- ``decisions``   why it went to whom, kept beside it
- ``clocks``      what happens when time runs out, and offers when somebody has room again
- ``hearing``     when each agent's window was last heard of
- ``lookout``     watches for windows that fall silent, and for those that are back
- ``silence``     what then happens to their work
- ``commands``    one command: exactly one effect a key, one handler each:
  ``ownership`` (accept, decline, take, transfer, requeue, reopen), ``contact`` (hold … wrap_up), ``messages``, ``notes``,
  ``verdicts`` (intent), ``suggestions``, ``flows``, ``customers``, ``linking``, ``merging``, ``presence``,
  ``consulting`` (a colleague asked), ``callbacks`` (and their ringing when it is time),
  ``duplicates`` (proposed pairs, told apart), ``verification`` (what a caller is asked)
- ``lead``        what leads do about contacts, agents and the centre
- ``likeness``    looks for records of one person, in the background
- ``codes``       dispositions and request types a centre grows by using them
- ``deliveries``  what became of an agent's message on its channel
- ``journey``     touchpoints handed in
- ``pushed``      customers and records other systems push
"""
