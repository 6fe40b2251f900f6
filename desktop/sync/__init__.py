"""Conducts what goes between a backend and the store. No Qt, no SQL, no HTTP in here.

- ``engine``   starts, wakes and ends the others; what the app holds
- ``puller``   pages of changes until there are no more: the truth
- ``stream``   what is pushed: news at once, and a hint to pull
- ``sender``   the outbox, on its way to the backend
- ``enrich``   the brain, run here over what comes from a backend that has none
- ``backoff``  how long to wait after a failure
- ``status``   how it all stands, as one frozen value
"""
