"""What is shown when something stands between a person and their data, or the program made a mistake.

- ``page``    instead of the panels: why the local data cannot be opened, and the choices there are
- ``banner``  above the panels, for as long as nothing can be saved
- ``report``  the report of an error, to read, to copy, or to throw away
"""
