"""The locked screen: what is shown instead of everything, and what takes everything away.

- ``curtain``  takes the window's content off the screen, and brings it back as it was
- ``sheet``    who is signed in, the password, and what went wrong with it
- ``idle``     notices that nobody touched keyboard or mouse for a while
"""
