"""Conducts what goes between a backend and the store. No Qt, no SQL, no HTTP in here.

- ``engine``   starts, wakes and ends the others; what the app holds
- ``puller``      pages of changes until there are no more: the truth
- ``history``     what happened before, newest first: open work at once, the rest in the background
- ``pager``       one page after the other, the next one on its way while one is written
- ``stream``      what is pushed: news at once, and a hint to pull
- ``board``       the live board and one's own figures, while they are shown
- ``sender``      the outbox, on its way to the backend
- ``uploads``     the files that commands name, before them
- ``heartbeat``   tells the backend that this window is there
- ``typing``   who types, both ways
- ``models``   what the hub learned, fetched in the background
- ``holds``       when commands that are held back come due
- ``enrich``      the brain, run here over what comes from a backend that has none
- ``settlement``  commands that are carried out here, where a backend has nothing for them
- ``advice``      what to do next, for ``enrich``
- ``likeness``    customers of different accounts who are one person
- ``backoff``     how long to wait after a failure
- ``politeness``  how often a client may ask at all
- ``clock``       what time it is at the backend
- ``status``      how it all stands, as one frozen value
"""
