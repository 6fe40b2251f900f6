"""Existing histories become values, and values become records of the hub or live traffic.

- ``contact``        what every reader yields: contacts and bad rows, by position
- ``star``           recorded customer-service dialogues of the STAR data set
- ``threads``        which mails belong to one contact
- ``mbox`` ``eml``   readers of mailbox files and of folders of mails
- ``contact_rows``   rows of a contact history that belong together
- ``contacts_csv`` ``jsonl``  readers of such rows
- ``filing``         a contact as records
- ``importer``       reader to database: resumable, idempotent, with exact counts
- ``client``         the few HTTP calls that a replay needs
- ``replay``         reader to a running hub as live traffic
- ``commands``       ``dirigent hub import`` and ``dirigent hub replay``
"""
