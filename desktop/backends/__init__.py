"""Systems that hold the work: one file each, all behind one protocol. Importing this package costs no HTTP library.

- ``base``   the ``Backend`` protocol, what a backend can do, and the errors each of them raises
- ``http``   the one shared HTTP client: proxy, private CA, client certificate, time-outs, classification of failures
- ``hub``    Dirigent's own hub
- ``rt``     Request Tracker 5: a package
- ``chatwoot``  Chatwoot 4: a package
- ``zammad`` Zammad 6 and 7: a package
- ``lacking``  what a backend inherits for calls that its system has nothing for
- ``files``  recordings, played: a package
- ``keyed``  the ids of a desk's further account, for backends that speak our records
- ``registry``  which kinds of system there are, found by entry points
"""
