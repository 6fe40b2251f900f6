"""Words: the only place where codes, instants and amounts become sentences.

- ``language``   choosing the language and installing Qt's translators
- ``formats``    times, durations, amounts, sizes
- ``words``      names of channels, states, moods, delivery, presence
- ``reasons``    sentences for the evidence behind verdicts, and for refusals
"""
