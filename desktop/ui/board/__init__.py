"""The lead's board: what goes on in all queues and with all agents, and what a lead does about it.

- ``panel``          the place: head, figures, both tables, the column at the right
- ``figures``        the figures of the whole centre, large
- ``tables``         queues and agents, each with its heading, filters and columns
- ``view``           a table of figures in which nothing moves under the pointer
- ``cells``          how its cells are painted
- ``queue_columns``  what is known of a queue
- ``agent_columns``  what is known of an agent
- ``wording``        names of numbers, states and lists
- ``side``           the column at the right and its pages
- ``alerts``         what leads are warned of
- ``contacts``       the contacts behind a number
- ``contact_row``    how one of them is painted
- ``staffing``       who is needed and who is there
- ``course``         arrivals, service level, busy times and backlog as charts
- ``actions``        menus and keys that act on contacts, agents and queues
- ``wallboard``      full screen for a room, page after page
- ``wall_pages``     what its pages show
"""
