"""Everything drawn with pyqtgraph; imported when a chart is first seen, never at the start.

- ``journey``  touchpoints in lanes over time, with the mood
- ``axis``     times and lanes in the window's language
"""
