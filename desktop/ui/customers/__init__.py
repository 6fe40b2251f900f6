"""Finding a customer who is not in the inbox.

- ``panel``  the search field and the list of customers found
"""
