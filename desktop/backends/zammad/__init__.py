"""Zammad 6 and 7 as a backend: its tickets are the desk's contacts, asked for every few seconds over its REST interface.

- ``backend``      the ``Backend``: signing in, pages, files, and who carries out what
- ``api``          authorised calls, and what Zammad's answers mean
- ``credentials``  the three ways to be authorised: personal token, password, OAuth 2
- ``shapes``       what is read of Zammad's answers
- ``naming``       Zammad's numbers as the desk's ids, and back
- ``catalogue``    groups, states, priorities, agents and text modules, refreshed now and then
- ``finding``      which tickets changed, by the database or, where it cannot be asked, by the search index
- ``notices``      what no search brings: the bell, reminders that ran out, deleted tickets
- ``tickets``      one ticket with all that is in it, as rows
- ``feed``         pages of changes and of history out of what was found
- ``records``      Zammad's rows as the desk's records
- ``bodies``       the body of an article as harmless HTML and as text
- ``commands``     what the desk asks for, as changes of tickets and users
- ``articles``     replies and notes: sent once, and looked up where the answer was lost
- ``files``        attachments: kept until the article that carries them, and fetched
- ``session``      the browser's way in: a session and its socket, which only ever hints
"""
