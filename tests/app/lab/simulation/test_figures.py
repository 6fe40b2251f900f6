"""What an analyst reads off a run, and how sure it is."""

from __future__ import annotations

import pytest

from desktop.app.lab.simulation.arrivals import Duty
from desktop.app.lab.simulation.centre import Stream, built_in_workers, centre_of
from desktop.app.lab.simulation.contacts import Contact
from desktop.app.lab.simulation.engine import Run
from desktop.app.lab.simulation.figures import channel_figures, estimate, figures_of, gini, quantile, student
from desktop.app.lab.simulation.policies import policy_named
from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId


def test_one_run_is_counted_contact_by_contact() -> None:
    queue = Queue(id=QueueId("q"), answer_s={"call": 20})
    streams = [Stream(queue, "q", channel, 1.0, 1.0) for channel in (Channel.CALL, Channel.EMAIL)]
    centre = centre_of(built_in_workers(1, [], 1), streams)
    pace = centre.pace[0][0]
    # before the warm-up ends; at once; after 30 s; given up after 15 s; a mail that waits for all of them
    given = [
        (0.0, 0, 10.0, 1e9),
        (100.0, 0, 50.0, 1e9),
        (120.0, 0, 50.0, 1e9),
        (130.0, 0, 50.0, 15.0),
        (140.0, 1, 10.0, 1e9),
    ]
    contacts = [Contact(n, at, where, takes / pace, stay, 0.0) for n, (at, where, takes, stay) in enumerate(given)]
    outcome = Run(centre, contacts, [Duty(0.0, 0, True)], policy_named("fifo", centre), 1050.0, 50.0).play()
    found = figures_of(outcome, centre)
    assert found["contacts"] == 4
    assert found["service_level"] == pytest.approx(2 / 4), "the first call and the mail"
    assert found["asa_s"] == pytest.approx(15.0)
    assert found["p95_wait_s"] == pytest.approx(30.0)
    assert found["abandoned"] == pytest.approx(1 / 3), "of the calls"
    assert found["occupancy"] == pytest.approx(0.11)
    assert found["resolved"] == 1.0
    assert found["never_answered"] == 0
    by_channel = channel_figures(outcome, centre)
    assert by_channel["service_level.email"] == 1.0
    assert by_channel["service_level.call"] == pytest.approx(1 / 3)
    assert by_channel["asa_s.email"] == pytest.approx(0.0 + 200.0 - 140.0)


def test_nothing_happened_is_no_figure() -> None:
    centre = centre_of(built_in_workers(2, [], 1), [Stream(Queue(id=QueueId("q")), "q", Channel.CALL, 1.0, 1.0)])
    duties = [Duty(0.0, 0, True)]
    found = figures_of(Run(centre, [], duties, policy_named("fifo", centre), 3600.0).play(), centre)
    assert "service_level" not in found
    assert found["occupancy"] == 0.0


def test_gini_tells_equal_shares_from_one_who_does_everything() -> None:
    assert gini([5.0, 5.0, 5.0, 5.0]) == pytest.approx(0.0)
    assert gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(0.75)
    assert gini([1.0, 3.0]) == pytest.approx(0.25)
    assert gini([0.0, 0.0]) == 0.0


def test_the_interval_is_students() -> None:
    table = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 19: 2.093, 99: 1.984}
    for freedom, point in table.items():
        assert student(freedom) == pytest.approx(point, rel=3e-3)
    found = estimate([1.0, 2.0, 3.0])
    assert (found.mean, found.half) == (2.0, pytest.approx(4.303 / 3**0.5, rel=1e-3))
    assert not found.is_sure
    assert estimate([7.0]).half is None
    assert not estimate([7.0]).is_sure
    assert estimate([7.0, 7.1, 7.2]).is_sure


def test_a_quantile_is_a_wait_somebody_had() -> None:
    assert quantile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert quantile([3.0], 0.95) == 3.0
    assert quantile([], 0.95) == 0.0
