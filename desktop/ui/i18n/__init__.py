"""Words: the only place where codes, instants and amounts become sentences.

- ``language``   choosing the language and installing Qt's translators
- ``formats``    times, durations, amounts, sizes
- ``words``      names of channels, states, moods, delivery, presence
- ``alerts``     alert rules, what they watch and from when on
- ``troubles``   sentences for locks, lost keys, full disks and damaged files
- ``signing_in``  sentences for what signing in ended with
- ``reasons``    sentences for the evidence behind verdicts, and for refusals
"""
