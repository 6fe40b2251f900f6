"""Mail as values: read from bytes whatever their state, judged, and written. Knows no network and no database; histories
(``hub.history``) and the channel (``hub.channels.email``) call it.

- ``message``     one mail from its bytes
- ``headers``     the headers of a mail, decoded without ever failing
- ``body``        text, HTML and files of a mail
- ``enclosure``   a file of a mail
- ``markup``      HTML made harmless, and HTML as text
- ``calendar``    an invitation as one line
- ``tnef``        what is in a ``winmail.dat``
- ``rtf``         the words of rich text, and HTML wrapped in it
- ``automatic``   whether a machine wrote a mail
- ``reports``     what a report says of a mail of ours that did not arrive
- ``writing``     a mail of ours as bytes
"""
