"""What is still to go out, and what could not.

- ``panel``     the outbox: a list that opens over the strip
- ``delegate``  paints its rows
- ``foot``      how the chosen entry stands, what can be done, and the question before something is lost
- ``wording``   what a command is and how it stands, in words
- ``outgoing``  ties both to the window: wishes, announcements, leaving
- ``closing``   the sheet that says what is still to go out before the window is closed
"""
