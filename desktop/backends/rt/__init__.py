"""Request Tracker 5 by its REST interface (REST2), whatever it is called by: tickets as contacts, their correspondence and
comments as messages, requestors as customers, transactions as what happened. ``docs/backends.md`` tells what fits how.

- ``backend``      the ``Backend`` itself: signing in, waiting for changes, files
- ``api``          calls as the signed-in agent, and what RT's answers mean
- ``credentials``  token, or name and password
- ``naming``       RT's numbers as the desk's ids, and back
- ``shapes``       what RT answers
- ``queries``      what is asked of RT's search, and its idea of time
- ``states``       statuses and priorities, both ways
- ``records``      a ticket, user, transaction, queue as the desk's records
- ``bodies``       the text and files of a message out of its attachments
- ``reader``       everything about some tickets, as changes
- ``feed``         what changed since, and what was before
- ``actions``      commands carried over to a ticket, and found again where an answer was lost
- ``wishes``       what a command asks of a ticket, and when that is met
- ``posts``        replies and comments, with the mark they are found by
- ``people``       edits of a customer
"""
