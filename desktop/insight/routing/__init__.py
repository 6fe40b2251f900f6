"""Who gets a request, how urgent it is and when its answer is due. Pure: the hub does the offering.

- ``request``        what is to be routed, who could take it, what was decided
- ``capacity``       how much of what an agent can have at once
- ``score``          how well an agent fits a request
- ``policy``         the choice
- ``service_level``  priority and due time
"""

from desktop.insight.routing.capacity import DEFAULT_CAPACITY, has_room
from desktop.insight.routing.policy import choose
from desktop.insight.routing.request import AgentLoad, Considered, Decision, Request
from desktop.insight.routing.service_level import DEFAULT_ANSWER_S, answer_s_of, due_at, priority_of

__all__ = [
    "DEFAULT_ANSWER_S",
    "DEFAULT_CAPACITY",
    "AgentLoad",
    "Considered",
    "Decision",
    "Request",
    "answer_s_of",
    "choose",
    "due_at",
    "has_room",
    "priority_of",
]
