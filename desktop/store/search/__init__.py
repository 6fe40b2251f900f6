"""Full-text search over everything that is here: what is typed, what is indexed, what is found.

- ``words``       the words of a text, folded
- ``compounds``   the parts of German compounds
- ``filters``     ``FILTERS``: from, channel, before, after, is, in; dates as people type them
- ``query``       what was typed, read into a question
- ``expression``  a question as an expression of FTS5
- ``documents``   what of a record can be found
- ``indexing``    the index kept in step, slice by slice
- ``indexer``     doing that in the background
- ``searching``   ``search``: a page of hits
- ``within``      which messages of one contact have the words
- ``ranking``     the best match first
- ``matching``    whether and where words stand in a text
- ``hits``        rows of the index made into what is shown
- ``snippets``    a line of the text with the found words marked
- ``drafts``      what was never sent
- ``people``      customers and contacts for the palette and the lists
"""

from desktop.store.search.filters import FILTERS
from desktop.store.search.indexing import index_some, is_behind, merge_some
from desktop.store.search.searching import search

__all__ = ["FILTERS", "index_some", "is_behind", "merge_some", "search"]
