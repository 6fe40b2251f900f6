"""Who is at the other end, and what they may do.

- ``caller``     the answer to that, as a value
- ``passwords``  argon2id, off the event loop
- ``tokens``     access tokens (signed), refresh and machine tokens (random), and the key they are signed with
- ``accounts``   accounts, sessions and machine tokens in the database
- ``attempts``   the brake on guessing passwords
- ``gate``       signing in, refreshing, and finding the caller behind a token
- ``denial``     the one error all of these raise
"""
