"""The composition root: the only place that knows every part.

- ``cli``       the command ``dirigent`` and its sub-commands
- ``profile``   where a profile keeps what, and the one process that may use it
- ``launch``    the first steps and the last: profile, lock, Qt, asyncio
- ``single``    one window a profile: a second start brings it to the front
- ``policy``    what the people who run this machine decided
- ``running``   the window's life: an account opened, locked and closed, and the way down
- ``signing_in`` asking who sits here
- ``lock``      the screen lock: when it falls and what opens it
- ``verifier``  proving a password without the system it belongs to
- ``vigil``     noticing that the machine slept, or that its network changed
- ``troubles``  what goes wrong, brought before the person with the choices there are
- ``custody``   a new key, and removing the account, as the account page asks
- ``opening``   opening an account's local data, with all its troubles as values; a new key; removing an account
- ``session``   a desk opened: its key, its store, and what keeps its accounts in step
- ``account_sync`` one account of the desk being synced
- ``desk``      further accounts added, renamed, paused, removed
- ``attachments`` files in and out of the store, fetched when they are asked for
- ``live``      the live board, from the connection to the view models
- ``opened``    what lies open for other programs to show, and that it goes again
- ``garbage``   Python's cyclic garbage, collected on the main thread only
- ``tasks``     long-lived work: named, supervised, cancelled in reverse order
- ``embedded``  the hub and the demo's traffic as child processes
- ``demo``      ``dirigent demo``
- ``bench/``    ``dirigent bench``
- ``lab/``      ``dirigent lab``
- ``doctor``    ``dirigent doctor``
- ``reporting`` logs without customer text, and the reports of errors nobody caught
"""
