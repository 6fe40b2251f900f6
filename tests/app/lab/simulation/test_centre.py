"""An analyst describes their own centre in two files, or lets one be made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.app.lab.simulation.centre import (
    PACE,
    RESOLVES,
    built_in_streams,
    built_in_workers,
    centre_of,
    read_streams,
    read_workers,
)
from desktop.domain.channels import Channel

AGENTS = [
    {
        "id": "ada",
        "skills": {"billing": 5},
        "capacity": {"chat": 2},
        "handling": {"bill": 0.8},
        "resolution": {"bill": 0.9},
    },
    {"id": "bob", "team": "north", "skills": {"billing": 2}, "handling": {"*": 2.0}, "resolution": {"*": 0.5}},
]
QUEUES = [
    {"id": "billing", "intent": "bill", "share": 3, "channels": {"call": 1, "chat": 1}, "skills": {"billing": 2},
     "rings": [{"after_s": 20, "level_drop": 1}], "answer_s": {"call": 10}, "priority": 2, "patience_s": 60},
    {"id": "other", "handling": 0.5},
]  # fmt: skip


def written(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_centre_is_what_its_files_say(tmp_path: Path) -> None:
    workers = read_workers(written(tmp_path / "agents.jsonl", AGENTS))
    streams = read_streams(written(tmp_path / "queues.jsonl", QUEUES))
    centre = centre_of(workers, streams)
    assert [(one.queue.id, one.channel, one.share) for one in centre.streams] == [
        ("billing", Channel.CALL, 0.375),
        ("billing", Channel.CHAT, 0.375),
        ("other", Channel.CALL, 0.25),
    ]
    call = centre.streams[0]
    assert (call.answer_s, call.priority, call.patience_s) == (10.0, 1, 60.0)
    ada, bob = centre.pace
    assert ada == (0.8, 0.8, 1.0), "as named; else the ordinary"
    assert bob == (2.0 * PACE[2], 2.0 * PACE[2], 2.0)
    assert centre.resolves[0] == (0.9, 0.9, RESOLVES[3])
    assert centre.resolves[1][2] == pytest.approx(0.5)
    assert [row[0] for row in centre.match] == [1.0, 0.4]
    assert [row[2] for row in centre.match] == [1.0, 1.0], "where nothing is asked for everybody is the best"
    # a chat of an agent with room for 2 or 3 takes 1/2.5 of their time
    assert centre.work_s(100.0) == pytest.approx(37.5 + 37.5 / 2.5 + 12.5)


@pytest.mark.parametrize(
    ("queue", "agent"),
    [
        ({"id": "q", "share": -1}, {}),
        ({"id": "q", "share": float("nan")}, {}),
        ({"id": "q", "handling": 0}, {}),
        ({"id": "q", "channels": {"web": 1}}, {}),
        ({"id": "q", "channels": {"pigeon": 1}}, {}),
        ({"id": "q", "rings": [{"after_s": -5}]}, {}),
        ({"id": "q", "patience_s": float("nan")}, {}),
        ({"share": 1}, {}),
        ({"id": "q", "share": 0}, {"id": "a"}),
        ({}, {"id": "a", "handling": {"*": 0}}),
        ({}, {"id": "a", "resolution": {"*": 1.5}}),
        ({}, {"id": "a", "skills": ["billing"]}),
        ({}, {"skills": {}}),
    ],
)
def test_what_cannot_be_is_refused_with_the_files_name(
    tmp_path: Path, queue: dict[str, object], agent: dict[str, object]
) -> None:
    agents = written(tmp_path / "agents.jsonl", [agent or {"id": "a"}])
    queues = written(tmp_path / "queues.jsonl", [queue or {"id": "q"}])
    with pytest.raises(ValueError):
        centre_of(read_workers(agents), read_streams(queues))


def test_no_json_and_the_same_agent_twice(tmp_path: Path) -> None:
    path = tmp_path / "agents.jsonl"
    path.write_text('{"id": "a"}\nnonsense\n')
    with pytest.raises(ValueError, match=r"agents.jsonl, line 2"):
        read_workers(path)
    with pytest.raises(ValueError, match="twice"):
        read_workers(written(path, [{"id": "a"}, {"id": "a"}]))
    path.write_text("")
    with pytest.raises(ValueError, match="at least one agent"):
        centre_of(read_workers(path), read_streams(written(tmp_path / "q.jsonl", [{"id": "q"}])))


def test_the_made_up_centre_is_the_same_for_a_seed_and_covers_every_skill() -> None:
    streams = built_in_streams({Channel.CALL: 1.0})
    workers = built_in_workers(12, streams, 5)
    assert workers == built_in_workers(12, streams, 5) != built_in_workers(12, streams, 6)
    for one in streams:
        (wanted,) = one.queue.skills
        able = [w for w in workers if any(s.name == wanted.name and s.level >= wanted.level for s in w.agent.skills)]
        assert len(able) >= 2, wanted.name
