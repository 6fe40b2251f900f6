"""The right column: what to know and what to do.

- ``panel``        tabs, and which customer is shown
- ``customer``     identity, addresses, consents, value, data quality with one-click mends
- ``records``      open cases, orders, other records, recent contacts
- ``suggestions``  next best actions with reasons
- ``journey``      the card around the chart, in the overview and large
- ``card``         the frame all of them stand in
"""
