"""Which customer this is: Fellegi-Sunter weights over graded comparisons, found among a million by blocking keys, open set.

- ``evidence``  what is known of who is writing or calling
- ``verdict``   who of the candidates that is
- ``claim``     what somebody says who they are, with several readings of what was heard
- ``profile``   what is on file about a customer, in the form in which it is compared
- ``levels``    how well two values of a field agree
- ``weights``   how much each level counts, and how frequent values are
- ``scoring``   the weight of evidence of a claim for one customer
- ``keys``      blocking keys
- ``index``     a base of customers in memory, and who of it somebody is
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desktop.deferred import deferred

if TYPE_CHECKING:
    from desktop.insight.identify.evidence import Evidence, blocking_keys, gather, lookup_keys, mentions
    from desktop.insight.identify.verdict import (
        ADDRESS_WEIGHTS,
        GIVEN_NUMBER_WEIGHT,
        MATCH_PROBABILITY,
        MENTION_WEIGHTS,
        PRIOR,
        Verdict,
        identify,
    )

__all__ = [
    "ADDRESS_WEIGHTS",
    "GIVEN_NUMBER_WEIGHT",
    "MATCH_PROBABILITY",
    "MENTION_WEIGHTS",
    "PRIOR",
    "Evidence",
    "Verdict",
    "blocking_keys",
    "gather",
    "identify",
    "lookup_keys",
    "mentions",
]

# Who compares two records needs no more than ``scoring``.
_OF_EVIDENCE: Final = frozenset({"Evidence", "blocking_keys", "gather", "lookup_keys", "mentions"})
__getattr__ = deferred(__name__, {name: ".evidence" if name in _OF_EVIDENCE else ".verdict" for name in __all__})
