"""The brain: functions from values to values, with the evidence for every verdict. Called by the hub when something
arrives and by the desktop when it has no hub with a brain. Reasons are codes; only the window makes sentences of them.

- ``normalise``   e-mail addresses, phone numbers, customer numbers, handles and names as look-ups compare them
- ``identify``    which customer this is, open set
- ``language``    the language of a short text
- ``mail_text``   the customer's own new words of a mail
- ``intent``      what a message is about, or that it is none of the known
- ``features``    what of a text the intent model weighs
- ``concepts``    words that mean the same to a contact centre
- ``mood``        how the customer feels, from -1 to 1
- ``assess``      language, intent and mood of one message at once
- ``catalogue``   the request types a centre knows, their names and queues
- ``journey``     stages, mood curve, pain points and repeat contacts
- ``quality``     what is wrong with a customer record
- ``playbook``    what the company prescribes, as a business person edits it
- ``experience``  what agents did next in cases like this one
- ``recommend``   next best actions from both
- ``routing``     which agent gets a request, how urgent it is, when it is due
"""
