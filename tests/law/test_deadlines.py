from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.law import calendars, deadlines, reading, reckoning
from comity.law.reckoning import Period
from comity.lib import clock, strict_yaml
from tests.law.scenario import told

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)

EXAMPLE = """\
instrument: example
title: An invented convention
rule: calendar
lines:
  consult:
    says: Consult the issuing authority before refusing
    values:
      2026-07-01: {days: 7, from: receipt, cite: Convention art 7(2) amended, source: own, confidence: memory}
      2024-01-01: {days: 10, from: receipt, cite: Convention art 7(2), source: own, confidence: memory}
      2030-01-01: {repealed: true, from: receipt, cite: Convention art 90, source: own, confidence: memory}
sources:
  own: {title: Invented for the tests}
"""


@pytest.fixture
def invented(tmp_path):
    """A folder of law data with one invented instrument."""
    (tmp_path / "deadlines").mkdir()
    (tmp_path / "deadlines" / "example.yaml").write_text(EXAMPLE)
    return tmp_path


def reckoned(given):
    event = datetime.fromisoformat(given["event"])
    if "law" in given:
        return deadlines.due(given["law"], started_at=event, country=given["country"])
    ((unit, count),) = given["period"].items()
    return deadlines.due_by_hand(Period(unit, count), started_at=event, country=given["country"], rule=given["rule"])


LATER = datetime(2027, 3, 1, 10, tzinfo=UTC)  # every text that the data hold applies by then


class TestScenarios:
    @pytest.mark.parametrize(("given", "expect"), told("deadlines"))
    def test_law(self, given, expect):
        due = reckoned(given)
        assert due.words == expect.get("words")
        if "due" in expect:
            assert due.at is not None
            assert due.at.tzinfo is UTC
            assert due.at.astimezone(calendars.zone(given["country"])).isoformat() == expect["due"]
        else:
            assert due.at is None
        assert due.cite == expect.get("cite", due.cite)
        for phrase in expect.get("because", []):
            assert phrase in due.rule
        for phrase in expect.get("not_because", []):
            assert phrase not in due.rule


class TestAChangeOfLaw:
    @pytest.mark.parametrize(
        ("day", "due", "cite"),
        [
            (30, "2026-07-10", "Convention art 7(2)"),
            (31, "2026-07-08", "Convention art 7(2) amended"),
        ],
    )
    def test_leaves_older_requests_their_time(self, invented, day, due, cite):
        received = datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
        found = deadlines.due("example/consult", started_at=received, country="NL", folder=invented)
        assert found.at.date().isoformat() == due
        assert found.cite == cite

    def test_is_decided_by_the_day_in_the_country(self, invented):
        received = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # already July in The Hague, still June in Brasilia
        dutch = deadlines.due("example/consult", started_at=received, country="NL", folder=invented)
        brazilian = deadlines.due("example/consult", started_at=received, country="BR", folder=invented)
        assert (dutch.period, brazilian.period) == (Period("days", 7), Period("days", 10))

    def test_can_be_asked_for_another_day(self, invented):
        due = deadlines.due("example/consult", started_at=AT, country="NL", on=date(2025, 1, 1), folder=invented)
        assert due.period == Period("days", 10)

    @pytest.mark.parametrize(
        ("day", "why"),
        [(date(2023, 12, 31), "applies from 2024-01-01"), (date(2030, 1, 1), "repealed on 2030-01-01")],
    )
    def test_before_the_law_and_after_its_repeal_there_is_none(self, invented, day, why):
        with pytest.raises(deadlines.NotInForce, match=why):
            deadlines.due("example/consult", started_at=AT, country="NL", on=day, folder=invented)

    def test_keeps_old_lines_readable(self, invented):
        (line,) = deadlines.of("example", folder=invented)
        assert [value.since.year for value in line.values] == [2024, 2026, 2030]


class TestOurOwnData:
    @pytest.mark.parametrize(
        ("instrument", "lines"),
        [
            (
                "eio",
                "acknowledgement recognition recognition_extension execution execution_impossible urgent "
                "interception_objection provisional safe_conduct_end",
            ),
            ("mla-untoc", "execution oral_confirmation safe_conduct_end"),
            ("police-information-eu-2023-977", "urgent_direct urgent_indirect other"),
            ("icc-assistance", "consult reasons"),
        ],
    )
    def test_has_every_line(self, instrument, lines):
        assert [line.id for line in deadlines.of(instrument)] == lines.split()
        assert all(line.law == f"{instrument}/{line.id}" for line in deadlines.of(instrument))

    def test_every_line_of_every_instrument_can_be_reckoned(self):
        for instrument in deadlines.instruments():
            for event in deadlines.events(instrument):
                for due in deadlines.for_event(instrument, {event: LATER}, "NL"):
                    assert (due.at is None) == (due.words is not None)
                    assert due.at is None or due.at > LATER
                    assert due.cite in due.rule
                    assert due.says
                    assert due.source

    def test_every_step_of_a_rule_fills_its_sentence(self):
        fields = dict.fromkeys(["start", "end", "day", "reason", "next", "hour"], "x")
        for rule in reckoning.rules().values():
            assert all("{" not in step.says.format(**fields) for step in rule.steps.values())


class TestForEvent:
    def test_finds_what_the_event_sets_off(self):
        found = deadlines.for_event("eio", {"receipt": AT}, "NL")
        assert [due.id for due in found] == ["acknowledgement", "recognition", "urgent", "provisional"]

    def test_takes_several_events_in_the_order_of_the_law(self):
        found = deadlines.for_event("eio", {"recognition": AT, "receipt": AT}, "FR")
        assert [due.id for due in found] == [
            "acknowledgement",
            "recognition",
            "execution",
            "urgent",
            "provisional",
        ]

    def test_knows_which_events_there_are(self):
        assert deadlines.events("icc-assistance") == ("problem_found", "refusal")
        with pytest.raises(deadlines.UnknownEvent) as caught:
            deadlines.for_event("icc-assistance", {"arrest": AT}, "NL")
        assert "problem_found, refusal" in caught.value.remedy

    def test_speaks_json(self):
        told = deadlines.for_event("police-information-eu-2023-977", {"receipt": AT}, "FR")[0].as_json()
        assert told["id"] == "urgent_direct"
        assert told["due"] == "2026-11-23T22:05:00Z"
        assert told["due_local"] == "2026-11-23T23:05:00+01:00"
        assert told["cite"] == "Directive (EU) 2023/977 art 5(1)(a)"
        words = deadlines.for_event("icc-assistance", {"refusal": AT}, "NL")[0].as_json()
        assert (words["due"], words["due_local"], words["period"]) == (None, None, "promptly")


class TestNames:
    @pytest.mark.parametrize(
        ("law", "near"),
        [
            ("eio/acknowledgment", "eio/acknowledgement"),
            ("eoi/recognition", "eio"),
            ("eio", "eio/"),
            ("qqqqqqqq", "icc-assistance"),
        ],
    )
    def test_an_unknown_line_is_answered_with_the_nearest(self, law, near):
        with pytest.raises(deadlines.UnknownLaw) as caught:
            deadlines.due(law, started_at=AT, country="NL")
        assert near in caught.value.remedy

    def test_an_unknown_instrument_is_answered_with_the_known(self):
        with pytest.raises(deadlines.UnknownLaw) as caught:
            deadlines.of("../eio")
        assert "mla-untoc" in caught.value.remedy

    def test_an_unknown_country_is_an_error(self):
        with pytest.raises(calendars.UnknownCountry):
            deadlines.due("eio/recognition", started_at=AT, country="UK")

    def test_a_moment_needs_its_zone(self):
        naive = AT.replace(tzinfo=None)
        with pytest.raises(reckoning.NoZone):
            deadlines.due("eio/recognition", started_at=naive, country="NL")
        with pytest.raises(reckoning.NoZone):
            deadlines.due_by_hand(Period("days", 2), started_at=naive, country="NL")

    @pytest.mark.parametrize("unit", ["hours", "days", "weeks", "months"])
    def test_an_end_beyond_the_calendar_is_an_error(self, unit):
        last = datetime(9999, 12, 30, tzinfo=UTC)
        with pytest.raises(reckoning.OutOfTime, match="9999-12-30"):
            deadlines.due_by_hand(Period(unit, 99), started_at=last, country="NL")

    def test_an_event_beyond_the_calendar_is_an_error(self):
        with pytest.raises(reckoning.OutOfTime):
            deadlines.due("mla-untoc/execution", started_at=datetime(1, 1, 1, tzinfo=UTC), country="BR")


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "words"),
        [
            (Period("days", 30), "30 days"),
            (Period("weeks", 1), "1 week"),
            (Period("working_days", 1), "1 working day"),
            (Period("hours", 8), "8 hours"),
        ],
    )
    def test_read_as_words(self, period, words):
        assert str(period) == words

    @pytest.mark.parametrize(("unit", "count"), [("days", 0), ("days", -1), ("days", 10_001), ("moons", 1)])
    def test_of_no_length_are_refused(self, unit, count):
        with pytest.raises(reckoning.BadPeriod):
            Period(unit, count)

    @pytest.mark.parametrize(
        ("rule", "unit"), [("napoleon", "days"), ("from-receipt", "days"), ("from-receipt", "weeks")]
    )
    def test_need_a_rule_that_counts_them(self, rule, unit):
        with pytest.raises(reckoning.UnknownRule) as caught:
            deadlines.due_by_hand(Period(unit, 3), started_at=AT, country="NL", rule=rule)
        assert "eu-1182-71" in caught.value.remedy

    def test_set_by_hand_say_so(self):
        due = deadlines.due_by_hand(Period("days", 3), started_at=AT, country="NL", event="the agreement")
        assert due.rule.startswith("3 days from the agreement (a period set by hand)")
        assert clock.stamp(due.at) == "2026-11-26T22:59:59Z"


COUNTRIES = st.sampled_from(["NL", "FR", "BR", "HU", "ICC"])
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
UNITS = st.sampled_from(["days", "weeks", "months", "working_days"])


class TestAlways:
    @given(MOMENTS, COUNTRIES, UNITS, st.integers(1, 60))
    def test_a_longer_period_never_ends_earlier(self, moment, country, unit, count):
        short, long = (
            deadlines.due_by_hand(Period(unit, n), started_at=moment, country=country, rule="eu-1182-71").at
            for n in (count, count + 1)
        )
        assert moment < short <= long

    @given(MOMENTS, st.integers(0, 10_000_000), COUNTRIES, UNITS, st.integers(1, 60))
    def test_a_later_event_never_ends_earlier(self, moment, seconds, country, unit, count):
        first, second = (
            deadlines.due_by_hand(Period(unit, count), started_at=start, country=country, rule="eu-1182-71").at
            for start in (moment, moment + timedelta(seconds=seconds))
        )
        assert first <= second

    @given(MOMENTS, COUNTRIES, UNITS, st.integers(1, 60))
    @example(datetime(2026, 12, 24, tzinfo=UTC), "NL", "days", 2)
    def test_a_period_of_the_union_ends_on_a_working_day_and_has_two(self, moment, country, unit, count):
        zone = calendars.zone(country)
        end = deadlines.due_by_hand(Period(unit, count), started_at=moment, country=country, rule="eu-1182-71").at
        start, last = moment.astimezone(zone).date(), end.astimezone(zone).date()
        days = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
        working = [day for day in days if day.weekday() < 5 and day not in calendars.holidays(country, day.year)]
        assert working[-1] == last
        assert count == 1 or len(working) >= 2

    @given(MOMENTS, COUNTRIES, st.integers(1, 1000))
    def test_an_hour_is_an_hour(self, moment, country, count):
        exact = deadlines.due_by_hand(Period("hours", count), started_at=moment, country=country).at
        assert exact - moment == timedelta(hours=count)
        union = deadlines.due_by_hand(Period("hours", count), started_at=moment, country=country, rule="eu-1182-71").at
        assert timedelta(0) < union - exact <= timedelta(hours=1)


def faults_of(folder: Path, text: str, name: str = "example") -> list[str]:
    (folder / "deadlines" / f"{name}.yaml").write_text(text)
    with pytest.raises(reading.LawFaults) as caught:
        deadlines.of(name, folder=folder)
    return [str(fault) for fault in caught.value.faults]


class TestABadFile:
    def test_is_reported_whole_with_lines_and_allowed_keys(self, invented):
        text = EXAMPLE.replace("cite: Convention art 90", "site: x").replace("days: 7", "days: 0")
        text = text.replace("says: Consult", "sais: Consult").replace("title: Invented", "titel: Invented")
        faults = faults_of(invented, text)
        assert len(faults) == 7
        assert any(f.startswith("example.yaml, line 6: 'sais' is not a key") and "says, values" in f for f in faults)
        assert any("line 8: 'days'" in fault and "greater than or equal to 1" in fault for fault in faults)
        assert any("line 10: 'site' is not a key" in fault and "working_days" in fault for fault in faults)
        assert any("line 10: 'cite' is missing" in fault for fault in faults)
        assert any("line 12: 'titel' is not a key" in fault and "official_url" in fault for fault in faults)

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("days: 7,", "days: 7, weeks: 1,", "line 8: .*exactly one of hours, days.* not 2"),
            ("days: 7,", "", "exactly one of .* not 0"),
            ("instrument: example", "instrument: other", "line 1: the file is named example, not other"),
            (
                "rule: calendar",
                "rule: lunar",
                "line 3: no rule of reckoning is called 'lunar'; there are eu-1182-71",
            ),
            (
                "rule: calendar",
                "rule: from-receipt",
                "line 8: the rule from-receipt does not say how days are counted",
            ),
            ("days: 7,", "days: 7, rule: lunar,", "line 8: no rule of reckoning is called 'lunar'"),
            ("amended, source: own", "amended, source: hearsay", "line 8: no source is called 'hearsay'"),
            (
                "confidence: memory}\n      2024",
                "confidence: sure}\n      2024",
                "line 8: 'confidence': .*'verified' or 'memory'",
            ),
            ("2026-07-01:", "July:", "line 8: 'July': Input should be a valid date"),
            ("days: 7", "days: seven", "line 8: 'days': .*integer"),
        ],
    )
    def test_names_the_fault(self, invented, old, new, says):
        assert old in EXAMPLE
        (invented / "deadlines" / "example.yaml").write_text(EXAMPLE.replace(old, new, 1))
        with pytest.raises(reading.LawFaults, match=says) as caught:
            deadlines.of("example", folder=invented)
        assert all(fault.file == "example.yaml" for fault in caught.value.faults)
        assert "docs/rooms/law.md" in caught.value.remedy

    def test_that_is_not_yaml_is_refused_with_its_line(self, invented):
        (invented / "deadlines" / "example.yaml").write_text("lines: {a: 1, a: 2}\n")
        with pytest.raises(strict_yaml.BadYaml, match="line 1"):
            deadlines.of("example", folder=invented)

    def test_of_rules_is_checked_as_well(self, invented):
        rules = (reading.DATA / "reckoning.yaml").read_text().replace("source: convention", "source: habit", 1)
        (invented / "reckoning.yaml").write_text(rules)
        with pytest.raises(reading.LawFaults, match="no source is called 'habit'"):
            deadlines.of("example", folder=invented)
