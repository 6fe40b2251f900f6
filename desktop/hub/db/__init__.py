"""The hub's database.

- ``tables``      the schema, once, for SQLAlchemy Core
- ``migrations``  how an older database becomes this one (Alembic)
- ``database``    opening, transactions, and telling who listens what was committed
- ``ledger``      one transaction's view of the records
- ``bulk``        writing many new records at once
- ``columns``     by which columns a record of each type is found
- ``visibility``  which records a caller may see
"""
