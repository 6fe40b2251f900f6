"""The hub's database.

- ``tables``      the schema, once, for SQLAlchemy Core
- ``migrations``  how an older database becomes this one (Alembic)
- ``database``    opening, transactions, and telling who listens what was committed
- ``roundtrip``   the connection to an SQLite file, one round trip to its thread a statement
- ``reading``     the database beside the hub that runs on it, to be read only
- ``ledger``      one transaction's view of the records
- ``statements``  what the ledger asks most, built once
- ``retrospect``  pages of the feed read backwards, newest first
- ``continuity``  whether a cursor is of this history, or of one that a restored backup knows nothing of
- ``bulk``        writing many new records at once
- ``unbroken``    work that is finished although its caller is cancelled
- ``lease``       what one process of the hub does at a time
- ``blocking``    by which keys a customer is found who is not known by an address
- ``identities``  by which addresses and numbers a customer is found
- ``holders``     who may have which file
- ``showing``     in which queues a customer is seen
- ``observers``   which leads read which contact along
- ``outbound``    what is on its way to customers
- ``columns``     by which columns a record of each type is found
- ``visibility``  which records a caller may see
"""
