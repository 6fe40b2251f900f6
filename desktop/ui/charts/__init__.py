"""Charts, painted with what the window has loaded anyway (docs/decisions/005-charts.md).

- ``journey``      touchpoints in lanes over time, with the mood; the pointer and the keyboard in it
- ``touchpoints``  how a touchpoint looks and what is told of it
- ``mood``         how the customer felt over one contact
- ``timeline``     the stretch of time shown: zoom, pan, and the labels along it
- ``pointed``      what charts of figures share: points for pointer and keyboard
- ``halfhours``    arrivals against forecast, service level, staff, by half hour
- ``heat``         weekday by half hour
- ``ages``         the backlog by age
- ``curves``       the mood made smooth, and how much there was a day
"""
