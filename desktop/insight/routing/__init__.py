"""Who gets a request, how urgent it is and when its answer is due. Pure: the hub does the offering, the simulator plays it.

- ``request``        what is to be routed, who could take it, what was decided
- ``waiting``        a waiting contact as such a request
- ``pull``           what one agent should take next, where no hub says so
- ``hours``          business hours: open or not, and time that runs only then
- ``service_level``  priority and due time at arrival
- ``ageing``         in which order waiting requests are served
- ``rings``          how far is asked after how long
- ``capacity``       how much of what an agent can have at once, and what may interrupt what
- ``outcomes``       what is to be expected of an agent, learned
- ``score``          how well an agent fits a request
- ``policy``         the choice among given agents
- ``explanation``    the choice in reasons with numbers, and the record of it
- ``pool``           agents who suit one demand, sorted
- ``roster``         the same choice among very many agents
- ``backlog``        very many waiting requests in order
- ``assignment``     minimum-cost assignment
- ``batch``          several requests matched at once
"""

from desktop.insight.routing.ageing import aged, next_step_at, order
from desktop.insight.routing.backlog import Backlog
from desktop.insight.routing.batch import match
from desktop.insight.routing.capacity import DEFAULT_CAPACITY, DEFAULT_INTERRUPTS, has_room
from desktop.insight.routing.explanation import kept
from desktop.insight.routing.hours import closes_at, is_open, next_opening
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.policy import choose
from desktop.insight.routing.pull import Pulled, pulled
from desktop.insight.routing.request import AgentLoad, Considered, Decision, Request
from desktop.insight.routing.rings import next_ring_at, ring_at, waited_s
from desktop.insight.routing.roster import Roster
from desktop.insight.routing.service_level import DEFAULT_ANSWER_S, answer_s_of, due_at, priority_of

__all__ = [
    "DEFAULT_ANSWER_S",
    "DEFAULT_CAPACITY",
    "DEFAULT_INTERRUPTS",
    "AgentLoad",
    "Backlog",
    "Considered",
    "Decision",
    "Outcomes",
    "Pulled",
    "Request",
    "Roster",
    "aged",
    "answer_s_of",
    "choose",
    "closes_at",
    "due_at",
    "has_room",
    "is_open",
    "kept",
    "match",
    "next_opening",
    "next_ring_at",
    "next_step_at",
    "order",
    "priority_of",
    "pulled",
    "ring_at",
    "waited_s",
]
