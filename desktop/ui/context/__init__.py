"""The right column: what to know and what to do.

- ``panel``        tabs, and which customer is shown
- ``customer``     who it is, and what is to be decided about the record
- ``facts``        the facts in two columns
- ``verification``  what the caller is asked, and how far that is
- ``duplicates``   records that look like the same person, merges and the way back
- ``merge``        two records side by side, and what a merge makes of them
- ``quality``      what is wrong with the record, each with its mend
- ``customer_editor``  the record as a form, in the place of the facts
- ``address_kind``  which kind an address in the form is
- ``conflict``     two versions of an edit, side by side
- ``values``       what the fields of a record hold, in words
- ``records``      open cases, orders, other records, recent contacts
- ``suggestions``  next best actions with reasons
- ``flow``         a guided flow: its steps, and those that could be begun
- ``flow_step``    the step that is worked on, with what it needs
- ``articles``     what the centre knows: found and read
- ``mood``         the course of the mood over the open contact
- ``journey``      the card around the chart, in the overview and large
- ``card``         the frame all of them stand in
"""
