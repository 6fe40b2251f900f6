"""Who the agent is to which system, and the secrets that prove it. Does not know how a backend is called.

- ``accounts``  the accounts of a profile; no secrets in there
- ``vault``     where secrets are kept: the keyring of the system, or by deliberate choice a file
- ``auth``      access and refresh tokens: renewed once at a time, saved before they are used
"""
