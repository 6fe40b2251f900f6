"""The encrypted local database: what was synced, what is still to be sent, what the agent typed.

- ``database``     ``Store``: two threads, reads, writes, and one change set a commit
- ``transaction``  ``Write``: one transaction and what it changed
- ``connection``   opening the file with its key; the errors
- ``gate``         both connections to one file, and what may be in their way
- ``seal``         what tells a wrong key from a damaged file
- ``salvage``      a damaged file replaced, with all of the journal that can be read
- ``skeleton``     a first page for a file that lost its own
- ``quarantine``   files put aside: damaged, or their key lost
- ``rekey``        the whole file under a new key
- ``schema``       tables of cache and journal, migrations
- ``columns``      how a record becomes a row
- ``rows``         what the projections return
- ``projections``  reading: server rows with pending commands laid over them; the front of the six that follow
- ``worklists``    the lists of the inbox
- ``streams``      one stream of a contact or of everything, suggestions
- ``customers``    customer 360, journey
- ``duplicates``   records that may be one person, and merges
- ``conflicts``    edits that met a colleague's, both versions
- ``guidance``     guided flows, playbooks, articles, how the customer felt
- ``centre``       agents, queues, templates, dispositions, request types
- ``folding``      text folded so that Größe and Groesse are the same
- ``search``       full-text search over everything
- ``overlay``      how a command changes a row before the hub has confirmed it
- ``apply``        writing what came from the network
- ``history``      writing what happened before, page by page backwards
- ``missing``      what the agent said that a restored backend has lost
- ``outbox``       the commands on their way
- ``journal``      drafts, settings, read marks
- ``models``       what the hub learned, among the files
- ``files``        the bytes of attachments
- ``retention``    the right to be forgotten
- ``pruning``      limits of age and size, in small steps
- ``keeper``       does these steps, once a day
- ``holdings``     how much of what is stored
- ``reports``      reports of errors in the program
- ``generate``     a believable cache to measure on, with ``clientele`` (its customers), ``talk`` (what is said) and
  ``phrases`` (the words)
"""
