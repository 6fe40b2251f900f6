"""The left column: what rings, and the lists of work.

- ``panel``     header with view menu and search, offers, the list, empty states
- ``list``      the list itself: how the keyboard walks in it
- ``offers``    the cards of ringing requests with their countdown
- ``next_request``  the button of pull mode
- ``delegate``  how a row and a header are painted
- ``rows``      what a row says, in words: for the delegate, the tooltip and the screen reader
"""
