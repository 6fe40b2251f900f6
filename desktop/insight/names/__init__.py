"""Names of people as they are compared: how they sound, which short forms belong together, which part is which.

- ``phonetics``  Kölner Phonetik and a code for English
- ``nicknames``  Bob is Robert, Sepp is Josef
- ``parts``      the given and the family part of a name
"""
