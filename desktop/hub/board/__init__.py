"""The live board: what waits, who is there, how the day goes and will go on, kept up to date from what is committed.

- ``zones``     days and half hours as clocks on the wall show them
- ``contact``   what the board keeps of one contact, and what that counts for
- ``tally``     all contacts of the day, counted as they change
- ``staff``     agents: who works which queue, what they have in hand, their figures of the day
- ``history``   what came before today, read for the forecast
- ``outlook``   the forecast of a queue's day, and the agents it takes
- ``forecasts`` when forecasts are made, each on a thread
- ``figures``   counts put into the shapes of the wire
- ``picture``   the whole board at one moment
- ``scope``     which part of it one lead sees, and what of that is new
- ``contacts``  the contacts behind a number
- ``hysteresis``  when a figure beyond its threshold becomes an alert, and when it is one no longer
- ``watched``   the figures that alert rules watch
- ``alerts``    rules, and the alerts that are raised and ended
- ``follower``  notices what was committed, whichever process did it
- ``day``       what of a day cannot be counted again, kept for a restart
- ``live``      the board of a hub: looks once a second and tells who watches
"""
