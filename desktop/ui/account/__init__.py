"""My account on this machine.

- ``window``   what is stored, the rules for it, the key, the lock, and removing it all
- ``removal``  the part that removes the account, asked for twice
"""
