"""The main window and what belongs to all of it.

- ``main_window``  the frame: rail, stage, strip
- ``stage``        list, contact and context side by side, or the board
- ``rail``         the narrow column of places at the left
- ``strip``        presence, sync, outbox and queues along the bottom
- ``tape``         the recording that is played, in the strip and the palette
- ``presence``     the menu of my states
- ``own_figures``  my day in numbers, opened from the strip
- ``broadcasts``   what leads tell everybody, above the panels
- ``notices``      what happened, in one line with one action, above the strip
- ``notifier``     desktop notification and sound of a new offer
- ``palette``      everything by typing, on Ctrl+K
- ``shortcuts``    the one table of keys, shown by F1
- ``whereabouts``  the picture of the last start brought back, and followed
- ``first_paint``  when the first picture stands
- ``preferences``  theme, language, density, sounds
"""
