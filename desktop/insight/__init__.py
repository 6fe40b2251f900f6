"""The brain: functions from values to values, with the evidence for every verdict. Called by the hub when something
arrives and by the desktop when it has no hub with a brain. Reasons are codes; only the window makes sentences of them.

- ``normalise``   e-mail addresses, phone numbers, customer numbers, handles and names as look-ups compare them
- ``identify``    which customer this is, open set: a package
- ``names``       how names sound, short forms, their parts
- ``spoken``      codes, dates and names as a recogniser heard them
- ``duplicates``  whether two records are one person
- ``language``    the language of a short text
- ``scripts``     what the script of a text says of its language
- ``ngrams``      hashed words and letters of a text, as arrays
- ``mail_text``   the customer's own new words of a mail
- ``mail_subject``  what a mail's subject says besides its words
- ``intent``      what a message is about, or that it is none of the known
- ``artefact``   what the file of a model must be before anybody opens it
- ``features``    what of a text the intent model weighs
- ``concepts``    words that mean the same to a contact centre
- ``mood``        how the customer feels, from -1 to 1, and how that moves
- ``assess``      language, intent and mood of one message at once
- ``catalogue``   the request types a centre knows, their names and queues
- ``journey``     stages, mood curve, pain points and repeat contacts
- ``quality``     what is wrong with a customer record, and what mends it
- ``name_spelling``  a person's name without form of address, in ordinary capitals
- ``verification``  what a caller may be asked, and whether the answer is right
- ``playbook``    what the company prescribes, as a business person edits it
- ``experience``  what agents did next in cases like this one, counted
- ``next_step``   the same, learned from words, look-ups and steps
- ``step_features``  what of a situation that model weighs
- ``articles``    what a centre knows, as whoever knows it writes it down
- ``yaml_source`` YAML read into values, with the line of every mistake
- ``knowledge``   which article or canned text fits the customer's words
- ``bandit``      how agents received advice, and what follows for the next
- ``recommend``   next best actions from all of these
- ``routing``     which agent gets a request, how urgent it is, when it is due
- ``queueing``    waits, abandonment and agents needed in closed form: Erlang B, C and A
- ``forecast``    how many will arrive when, and how many agents that takes: a package
"""
