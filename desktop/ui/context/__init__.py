"""The right column: what to know and what to do.

- ``panel``        tabs, and which customer is shown
- ``customer``     identity, addresses, consents, value, data quality with one-click mends
- ``customer_editor``  the record as a form, in the place of the facts
- ``conflict``     two versions of an edit, side by side
- ``values``       what the fields of a record hold, in words
- ``records``      open cases, orders, other records, recent contacts
- ``suggestions``  next best actions with reasons
- ``journey``      the card around the chart, in the overview and large
- ``card``         the frame all of them stand in
"""
