"""When customers come: the same ones for every policy, as many as the load says, on the days a centre counted."""

from __future__ import annotations

import lzma
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
from msgspec.structs import replace

from desktop.app.lab.simulation.arrivals import Poisson, counted, read_days
from desktop.app.lab.simulation.centre import built_in_streams, built_in_workers, centre_of
from desktop.app.lab.simulation.contacts import draw
from desktop.app.lab.simulation.distributions import parse_duration
from desktop.domain.channels import Channel

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"


def a_week(tmp_path: Path) -> Path:
    """Write counts per half hour from eight to twelve: twice as busy from ten on, and on Monday."""
    rows = ["DateTime,Calls"]
    for day in range(6, 11):
        for half in range(8):
            count = (40 if day == 6 else 20) * (2 if half >= 4 else 1)
            rows.append(f"2024-05-{day:02} {8 + half // 2:02}:{30 * (half % 2):02}:00,{count}.0")
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(rows))
    return path


def test_arrivals_at_random_are_as_many_as_the_rate_says() -> None:
    arrivals = Poisson(0.1, 36_000.0)
    times = [arrivals.times(run, Random(run)) for run in range(30)]
    assert fmean(len(one) for one in times) == pytest.approx(3600, rel=0.02)
    assert all(one == sorted(one) and one[-1] < 36_000.0 for one in times)
    assert Poisson(0.0, 3600.0).times(0, Random(1)) == []


def test_a_counted_week_is_thinned_to_the_agents_and_staffed_to_the_load(tmp_path: Path) -> None:
    days, interval_s = read_days(a_week(tmp_path))
    assert (len(days), interval_s) == (5, 1800.0)
    found = counted(days, interval_s, days, 10, 0.9, 300.0)
    busiest = 80 * found.kept
    assert busiest * 300.0 / (10 * 1800.0) == pytest.approx(0.9), "all ten are needed on Monday at ten, and suffice"
    monday, tuesday = (found.duties(run, 10) for run in (0, 1))
    assert [sum(1 if duty.is_on else -1 for duty in monday if duty.at_s <= at) for at in (0.0, 7200.0)] == [5, 10]
    assert [sum(1 if duty.is_on else -1 for duty in tuesday if duty.at_s <= at) for at in (0.0, 7200.0)] == [2, 5]
    counts = [len(found.times(0, Random(n))) for n in range(200)]
    assert fmean(counts) == pytest.approx(found.expected(0), rel=0.02)
    assert all(0.0 <= at <= found.length_s(0) for at in found.times(0, Random(1)))
    more = counted(days, interval_s, days, 1000, 0.9, 300.0)
    assert more.kept > 1.0
    assert len(more.times(0, Random(1))) == pytest.approx(more.expected(0), rel=0.05), "few calls are multiplied"


def test_the_shifts_take_turns(tmp_path: Path) -> None:
    days, interval_s = read_days(a_week(tmp_path))
    duties = counted(days, interval_s, days, 10, 0.9, 300.0).duties(0, 10)
    assert all(duty.is_on for duty in duties), "on Monday it only grows busier"
    falling = counted([days[0]], interval_s, days[:1], 10, 0.9, 300.0)
    falling = replace(
        falling, needed=(1.0 / 80, 4.0 / 80, 2.0 / 80, 3.0 / 80), days=(replace(days[0], counts={0.0: 80.0}),)
    )
    told = [(duty.at_s, duty.agent, duty.is_on) for duty in falling.duties(0, 5)]
    assert told == [
        (0.0, 0, True),
        *((1800.0, agent, True) for agent in (1, 2, 3)),
        *((3600.0, agent, False) for agent in (0, 1)),
        (5400.0, 4, True),
    ]


def test_a_packed_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    plain = a_week(tmp_path)
    packed = tmp_path / "calls.csv.xz"
    packed.write_bytes(lzma.compress(plain.read_bytes()))
    assert read_days(packed) == read_days(plain)


@pytest.mark.parametrize(
    "text",
    ["", "a,b\n1,2\n", "DateTime,Calls\nyesterday,3\n", "DateTime,Calls\n2024-05-06 08:00:00,many\n", "DateTime,Calls\n"
     "2024-05-06 08:00:00,-4\n", "DateTime,Calls\n2024-05-06 08:00:00,nan\n", "DateTime,Calls\n2024-05-06 08:00:00,4\n",
     "DateTime,Calls\n2024-05-06 08:00:00", "\x00\ud7ff"],
)  # fmt: skip
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"calls\.csv"):
        read_days(path)
    (tmp_path / "calls.csv.xz").write_bytes(b"no")
    with pytest.raises(ValueError, match=r"calls\.csv"):
        read_days(tmp_path / "calls.csv.xz")


def test_changing_the_handling_leaves_who_comes_and_how_long_they_stay() -> None:
    streams = built_in_streams({Channel.CALL: 1.0, Channel.EMAIL: 1.0})
    centre = centre_of(built_in_workers(6, streams, 1), streams)
    arrivals = Poisson(0.1, 36_000.0)
    short, long = (
        draw(centre, arrivals, 2, 7, parse_duration(text), parse_duration("exp:90")) for text in ("exp:60", "exp:600")
    )
    assert [(one.at_s, one.stream, one.patience_s, one.luck) for one in short] == [
        (one.at_s, one.stream, one.patience_s, one.luck) for one in long
    ]
    assert [one.handling_s * 10 for one in short] == pytest.approx([one.handling_s for one in long])
    assert draw(centre, arrivals, 3, 7, parse_duration("exp:60"), parse_duration("exp:90"))[0] != short[0]
    mails = [one.patience_s for one in short if streams[one.stream].channel is Channel.EMAIL]
    assert mails
    assert set(mails) == {float("inf")}, "who has written a mail does not hang up"


def test_durations_are_what_they_say() -> None:
    chance = Random(5)
    for text, cv in (("exp:300", 1.0), ("lognormal:300,0.8", 0.8), ("fixed:300", 0.0)):
        duration = parse_duration(text)
        assert str(duration) == text
        draws = [duration.unit(chance) for _ in range(20_000)]
        mean = fmean(draws)
        assert mean == pytest.approx(1.0, abs=0.03)
        assert (fmean((one - mean) ** 2 for one in draws)) ** 0.5 == pytest.approx(cv, abs=0.06)
    assert parse_duration("none").mean == float("inf")
    assert str(parse_duration("none")) == "none"
    for bad in ("", "exp", "exp:", "exp:-1", "exp:nan", "exp:1,2", "lognormal:1,2,3", "normal:3", "fixed:inf"):
        with pytest.raises(ValueError, match="none of"):
            parse_duration(bad)


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data sets are not beside the project (../shared/data)")
def test_a_banks_days_keep_their_shape() -> None:
    (path,) = (SHARED / "bank_calls").glob("*.csv.xz")
    days, interval_s = read_days(path)
    assert (len(days), interval_s) == (124, 300.0)
    found = counted(days, interval_s, days[:3], 30, 0.9, 300.0)
    assert 0.0 < found.kept < 1.0
    assert found.length_s(0) == pytest.approx(169 * 300.0)
    assert len(found.times(0, Random(1))) == pytest.approx(found.expected(0), rel=0.1)
