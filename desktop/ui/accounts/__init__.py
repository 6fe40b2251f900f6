"""The accounts of the desk.

- ``window``  the page where accounts are added, renamed, paused and removed
- ``delegate``  paints one account of that page
- ``chip``    which account something is of, where there are several
- ``options``  what an account is asked for beside its sign-in
- ``note``  what went wrong with signing in
- ``wording``  what a kind of system asks for and how an account stands, in words
"""
