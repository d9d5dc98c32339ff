"""Competing requests: one timeline, what each text asks, and priorities with their conditions."""

from datetime import date

import pytest

from comity.law import calendars, competing, safeguard_scenarios, scenarios
from comity.law.competing import Request

ON = date(2026, 11, 23)


def told():
    return [
        pytest.param(one, id=one.id)
        for path in scenarios.files()
        if path.name.startswith("competing-")
        for one in scenarios.load(path)
    ]


@pytest.mark.parametrize("scenario", told())
def test_scenario(scenario):
    found = safeguard_scenarios.compared(scenario.given)
    for key, expected in scenario.then.items():
        assert set(expected) <= found[key] if isinstance(found[key], set) else found[key] == expected, key


def compare(*requests, **told):
    return competing.compare(requests, **({"requested": "NL", "on": ON} | told))


class TestCompare:
    def test_no_winner_is_named(self):
        found = compare(Request("a", "FR", "eaw"), Request("b", "IT", "eaw"))
        assert "A person" in found.says
        assert "winner" not in str(found.as_json())

    def test_a_priority_is_told_with_its_conditions(self):
        court = Request("court", "ICC", "icc-arrest-surrender", conduct="x", admissible=True, takes_into_account=True)
        found = compare(court, Request("ke", "KE", "extradition-untoc", conduct="x"))
        assert [(one.id, one.met, one.request, one.against) for one in found.priorities] == [
            ("art90_2", "yes", "court", "ke")
        ]
        assert "admissible" in found.priorities[0].says
        assert "gives priority on the facts stated" in found.says

    def test_a_party_at_that_day_counts(self):
        """Kenya was bound by the Statute from 1 June 2005."""
        court = Request("court", "ICC", "icc-arrest-surrender", conduct="x", admissible=True, takes_into_account=True)
        state = Request("ke", "KE", "extradition-untoc", conduct="x", duty=False)
        before = {one.id for one in compare(court, state, on=date(2005, 5, 31)).priorities}
        after = {one.id for one in compare(court, state, on=date(2005, 6, 1)).priorities}
        assert (before, after) == ({"art90_4"}, {"art90_2"})

    def test_the_order_of_the_requests_changes_nothing_but_their_order(self):
        one = Request("a", "FR", "eaw", received_on=date(2026, 3, 1))
        two = Request("b", "IT", "eaw", received_on=date(2026, 2, 1))
        assert compare(one, two).timeline == compare(two, one).timeline

    def test_two_requests_of_the_court_give_no_priority(self):
        court = [Request(id, "ICC", "icc-arrest-surrender") for id in "ab"]
        assert compare(*court).priorities == ()

    def test_a_consideration_is_answered_only_where_every_request_answers_it(self):
        one = Request("a", "FR", "eaw", maximum_months=60)
        two = Request("b", "IT", "eaw")
        (text,) = [text for text in compare(one, two).texts if text.id == "eaw"]
        seriousness = text.considerations[0]
        assert (seriousness.answered, seriousness.answers["b"]) == (False, "not stated")

    def test_every_source_is_told(self):
        found = compare(Request("a", "FR", "eaw"), Request("b", "US", "extradition-untoc"))
        assert all(competing.source(text.reason.source).title for text in found.texts)


class TestErrors:
    @pytest.mark.parametrize("requests", [(), (Request("a", "FR", "eaw"),)])
    def test_one_alone_does_not_compete(self, requests):
        with pytest.raises(competing.NothingCompetes, match=f"There are {len(requests)}"):
            compare(*requests)

    def test_an_unknown_country_is_refused(self):
        with pytest.raises(calendars.UnknownCountry):
            compare(Request("a", "FR", "eaw"), Request("b", "UK", "eaw"))

    def test_a_request_is_read_strictly_with_every_fault(self):
        with pytest.raises(competing.BadRequest) as raised:
            competing.request({"id": "a", "by": 3, "purpos": "prosecution"})
        assert {"by", "purpos", "instrument"} <= set(raised.value.sentence.replace(":", " ").split())

    def test_days_may_be_text(self):
        read = competing.request({"id": "a", "by": "FR", "instrument": "eaw", "received_on": "2026-03-01"})
        assert read.received_on == date(2026, 3, 1)
