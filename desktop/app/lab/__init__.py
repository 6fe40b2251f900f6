"""``dirigent lab``: learn, predict and judge models on files (DESIGN, section 12), with the code the hub runs.

- ``commands``  the sub-commands: train, predict, score, simulate, forecast
- ``files``     the lines of a file, one by one, and writing them whole or not at all
- ``scores``    what is counted of ranked answers: accuracy, calibration, refusals, time
- ``task``      what a task is, and which there are
- ``intent``    what a message is about
- ``mood``      how the customer feels
- ``language``  the language of a text
- ``next_step`` which step an agent takes next
- ``identify``  which customer somebody is
- ``simulation``  a contact centre played under several ways of routing: a package
- ``forecast``  what a file of counted arrivals lets expect
"""
