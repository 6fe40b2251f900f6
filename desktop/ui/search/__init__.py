"""Searching everything: the place in the left column, and finding within the open contact.

- ``panel``     field, what is looked through, what was found
- ``field``     the field itself: arrows walk in the list, Tab completes a filter
- ``popup``     what a filter could be completed to
- ``start``     what stands there before anything is typed: recent searches, what can be typed
- ``delegate``  how a hit is painted
- ``hits``      what a hit says, in words
- ``filters``   what the filters and their values mean, in words
- ``find_bar``  finding within the open contact
"""
