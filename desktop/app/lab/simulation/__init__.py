"""``dirigent lab simulate``: a contact centre played event by event, the same customers under several ways of routing.

- ``distributions``  handling times and patience, as they are written on the command line
- ``arrivals``       when customers come: at random, or as a centre counted them, and who is on duty then
- ``centre``         queues and agents: read from files, or a made-up centre
- ``contacts``       everything chance decides about a run, drawn before any policy sees it
- ``seats``          an agent at work: what is in hand, what rests, how busy
- ``engine``         the events of one run
- ``policies``       who gets what: in list order, longest idle, skills, bullseye, and as the hub does it
- ``figures``        what is counted of a run, and how sure that is over several
- ``comparison``     several runs of several policies over the same draws
- ``closed_forms``   runs beside Erlang's formulas
- ``options``        the options of the command, and carrying it out
"""
