"""Next best actions for a contact, from values to values; the hub and an offline desktop call ``recommend``.

- ``situation``   what is known, and what comes out
- ``conditions``  whether a playbook or step applies or is ruled out
- ``wording``     texts filled in
- ``prescribed``  the steps of the playbooks, their checklists, missing consent
- ``lookups``     articles, canned texts, mends of the record, which matter it is
- ``ranking``     one list of all these, moved by experience and by how advice was received
"""

from desktop.insight.recommend.conditions import applies, excluded
from desktop.insight.recommend.prescribed import checklist
from desktop.insight.recommend.ranking import MOST, NextSteps, recommend
from desktop.insight.recommend.situation import NextAction, Situation

__all__ = ["MOST", "NextAction", "NextSteps", "Situation", "applies", "checklist", "excluded", "recommend"]
