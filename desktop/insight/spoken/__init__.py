"""What a recogniser heard, read as the values people say one by one: codes spelled out, dates, names. Each reading comes with
what it costs to believe it, in log-odds; texts in, readings out. English and German, in the words of ``resources/identify``.

- ``lexicon``  the words for letters, digits, numbers and months
- ``codes``    postcodes, customer numbers, phone numbers, addresses
- ``numbers``  number words and ordinals
- ``dates``    days, also half said
- ``people``   names, also spelled
"""
