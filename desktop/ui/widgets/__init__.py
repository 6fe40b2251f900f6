"""Small controls several panels use, one file each.

- ``announcing``  telling a screen reader what changed elsewhere
- ``centred``  a card in the middle of a page of its own
- ``chooser``  a field with a few values to choose from
- ``beat``     the beat that clocks go by
- ``clock``    a running clock that costs next to nothing
- ``eliding``  a label that cuts a long line with an ellipsis and tells the rest as its tooltip
- ``flow``     a layout that goes on in the next line
- ``look``     another look for what is already shown
- ``moment``   a field for a day and a time
- ``sheet``    a small form that drops down from a control
- ``tooltip``  a text as a tooltip that is never markup
"""
