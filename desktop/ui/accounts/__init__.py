"""The accounts of the desk.

- ``window``  the page where accounts are added, renamed, paused and removed
- ``chip``    which account something is of, where there are several
- ``wording``  how an account stands, in words
"""
