"""Recordings: a folder that says what an account showed, how one is made, and the backend that plays it.

- ``backend``    the ``Backend`` over a folder
- ``manifest``   what a recording says of itself, and its lines
- ``folder``     the folder, opened safely and only to be read
- ``tape``       its lines from any place, one piece at a time
- ``playback``   the clock it is played by: speed, pause, from the start
- ``practice``   what an agent does meanwhile, settled here
- ``recorder``   a backend that is recorded while it is used
- ``writer``     the folder being written
- ``disguise``   records as somebody else's: which field becomes what
- ``pseudonyms`` invented names, addresses, numbers and words
"""
