"""Small controls several panels use, one file each.

- ``eliding``  a label that cuts a long line with an ellipsis and tells the rest as its tooltip
- ``flow``     a layout that goes on in the next line
- ``tooltip``  a text as a tooltip that is never markup
"""
