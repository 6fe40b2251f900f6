"""Recordings: a folder that says what an account showed, played as a backend, and how one is made.

- ``backend``    the ``Backend`` over a folder
- ``manifest``   what a recording says of itself, and its lines
- ``folder``     the folder, opened safely and only to be read
- ``tape``       its lines from any place, one piece at a time
- ``playback``   the clock it is played by: speed, pause, from the start
- ``practice``   what an agent does meanwhile, settled here
"""
