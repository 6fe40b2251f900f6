"""Learning models from what was worked, in a process of its own (``python -m desktop.hub.training``). The only part of the
product that needs scikit-learn; what it writes is read by ``insight`` with numpy alone.

- ``examples``  reading labelled texts: JSON lines, CSV, the starter phrases
- ``intent``    the intent model: fit, calibrate, choose the refusal threshold, hold-out figures
- ``__main__``  the command line
"""
