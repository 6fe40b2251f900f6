"""Learning models from what was worked, in a process of its own (``python -m desktop.hub.training``). The only part of the
product that needs scikit-learn; what it writes is read by ``insight`` with numpy alone.

- ``examples``  reading labelled texts: JSON lines, CSV, the starter phrases
- ``intent``    the intent model: what is learned from what is left out, and the model from all; figures
- ``vocabulary``  which features of the texts it learns
- ``network``, ``linear``  its two parts
- ``calibration``   how they are mixed, how sure that is, from where on a text is refused
- ``mood``      the mood model, and the one that is shipped
- ``language``  language identification, as it is shipped
- ``identify``  the weights of identification, without labels
- ``next_step`` the next-step model: small networks, calibrated, mixed with counts
- ``history``   what the hub's own contacts teach: words, labels, steps
- ``anonymity``   which words of customers may be learned from
- ``intent_lesson``, ``next_step_lesson``  one task learned from the history: trial, judgement, the model itself
- ``promotion``   whether a new model is not worse than the one that runs
- ``outcome``   what a job hands to the hub
- ``job``       one training as a process
- ``__main__``  the command line
"""
