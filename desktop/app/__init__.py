"""The composition root: the only place that knows every part.

- ``cli``       the command ``dirigent`` and its sub-commands
- ``profile``   where a profile keeps what, and the one process that may use it
- ``running``   the window's life: Qt, asyncio, account, store, sync, window, and the way down
- ``session``   one account opened: its key, its store, and what keeps it in step
- ``garbage``   Python's cyclic garbage, collected on the main thread only
- ``tasks``     long-lived work: named, supervised, cancelled in reverse order
- ``embedded``  the hub and the demo's traffic as child processes
- ``demo``      ``dirigent demo``
- ``bench/``    ``dirigent bench``
- ``doctor``    ``dirigent doctor``
- ``reporting`` logs without customer text, and what happens to an error nobody caught
"""
