"""Systems that hold the work: one file each, all behind one protocol. Importing this package costs no HTTP library.

- ``base``   the ``Backend`` protocol, what a backend can do, and the errors each of them raises
- ``http``   the one shared HTTP client: proxy, private CA, client certificate, time-outs, classification of failures
- ``hub``    Dirigent's own hub
- ``zammad`` Zammad 6 and 7
- ``chatwoot``  Chatwoot 4
- ``rt``     Request Tracker 5: a package
"""
