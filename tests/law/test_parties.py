from datetime import date, timedelta

import pytest

from comity.law import calendars, parties, reading, roll
from tests.law.scenario import told

TODAY = date(2026, 11, 23)

TREATIES = """\
treaties:
- id: {id}
  title: Convention of {id}
  short: {id}
  kind: treaty
  adopted: {{date: '1999-12-31', place: Nowhere}}
  in_force: {{date: '2000-01-01'}}
  depositary: nobody
  parties: {{count: 3, as_of: {as_of}, confidence: verified}}
  parties_data: {reach}
  topics: [mla]
  url: https://example.org/
  confidence: verified
  source: own
"""
ROWS = "treaty_id,country,status,in_force,source,confidence,deposit_date,in_force_basis,note,until\n"
ABSENT = "treaty_id,country,status,signed,as_of,source,confidence,note\n"


@pytest.fixture
def book(tmp_path):
    """Writes an invented treaty, returns the folder."""

    def write(*, reach="complete", as_of="2020-06-30", rows="", absent="", treaties=None, members="  - FR\n  - BR\n"):
        (tmp_path / "treaties.yaml").write_text(treaties or TREATIES.format(id="inv", as_of=as_of, reach=reach))
        (tmp_path / "sources.yaml").write_text("sources:\n  own: {title: Invented for the tests}\n")
        (tmp_path / "un-members.yaml").write_text(
            f"as_of: '2020'\nsource: own\nconfidence: verified\nmembers:\n{members}"
        )
        (tmp_path / "parties.csv").write_text(ROWS + rows)
        (tmp_path / "non_parties.csv").write_text(ABSENT + absent)
        return tmp_path

    return write


class TestScenarios:
    @pytest.mark.parametrize(("given", "expect"), told("parties"))
    def test_who_is_bound(self, given, expect):
        found = parties.is_party(given["treaty"], given["country"], given["on"])
        assert found.answer == expect["answer"]
        assert found.since == expect.get("since", found.since)
        assert found.until == expect.get("until", found.until)
        assert found.confidence == expect.get("confidence", found.confidence)
        assert expect.get("says", "") in found.says
        assert given["country"] in found.says or "in force only" in found.says
        assert found.source


class TestTheListsWeHave:
    @pytest.mark.parametrize(
        ("treaty", "count"), [("untoc", 195), ("rome-statute", 124), ("eu-eio", 25), ("eu-2023-977", 27)]
    )
    def test_agree_with_the_number_of_parties(self, treaty, count):
        bound = [party for party in parties.parties(treaty, TODAY) if party.status == "party"]
        assert len(bound) == count
        assert [party.country for party in bound] == sorted(party.country for party in bound)

    def test_name_the_day_from_which_an_act_of_the_union_applies(self):
        assert parties.treaty("eu-eio").applies_from == date(2017, 5, 22)

    def test_reach_every_treaty_that_an_instrument_or_an_offence_names(self):
        known = {treaty.id for treaty in parties.treaties()}
        assert len(known) >= 106
        assert {
            "untoc",
            "rome-statute",
            "eu-eio",
            "eu-2023-977",
            "cets-224",
            "eu-uk-tca",
            "commonwealth-harare",
        } <= known

    @pytest.mark.parametrize(
        ("treaty", "count"),
        [("cets-024", 51), ("cets-030", 50), ("cets-182", 44), ("eu-eaw", 27), ("eu-eevidence", 26), ("eppo", 24)],
    )
    def test_agree_with_the_other_numbers_of_parties(self, treaty, count):
        bound = [party for party in parties.parties(treaty, TODAY) if party.status == "party"]
        assert len(bound) == count

    @pytest.mark.parametrize(("treaty", "days"), [("cets-024", 90), ("untoc-som", 30), ("untoc-firearms", 30)])
    def test_reckon_the_entry_into_force_from_the_deposit_as_the_treaty_says(self, treaty, days):
        book = roll.book(reading.DATA)
        general = book.treaties[treaty].in_force
        rows = [row for row in book.rows[treaty].values() if row.in_force_basis == "computed" and row.deposit_date]
        assert rows
        for row in rows:
            assert row.in_force == max(row.deposit_date + timedelta(days=days), general), row.country

    def test_bind_the_members_of_the_union_that_do_not_stay_out(self):
        bound = {party.country: party for party in parties.parties("eu-2017-541", TODAY) if party.status == "party"}
        assert "DK" not in bound
        assert "IE" not in bound
        assert len(bound) == 25
        assert bound["HR"].in_force == date(2018, 9, 8)

    def test_say_that_a_treaty_which_waits_binds_nobody(self):
        assert parties.parties("cets-224", TODAY) == ()
        assert "is not in force" in parties.is_party("cets-224", "JP", TODAY).says
        assert parties.is_party("cets-224", "JP", date(2027, 6, 1)).answer == "not known"

    def test_tell_what_a_country_declared(self):
        told = parties.reservations("cets-024", "DE", TODAY)
        assert [(row.article, row.confidence) for row in told] == [("art 6", "verified")]
        assert parties.reservations("cets-024", "JP", TODAY) == ()
        with pytest.raises(parties.UnknownTreaty):
            parties.reservations("no-such", "DE", TODAY)

    def test_count_the_united_kingdom_among_the_parties_of_its_time(self):
        then = {party.country: party for party in parties.parties("eu-eio", date(2019, 1, 1))}
        assert then["GB"].status == "party"
        assert then["GB"].until == date(2021, 1, 1)
        assert "GB" not in {party.country for party in parties.parties("eu-eio", TODAY)}

    def test_name_those_of_whom_they_cannot_say(self):
        unclear = [party.country for party in parties.parties("eu-2023-977", TODAY) if party.status == "unclear"]
        assert unclear == ["CH", "IS", "LI", "NO"]
        then = {party.country: party.status for party in parties.parties("untoc", date(2010, 1, 1))}
        assert (then["BR"], then["DE"]) == ("party", "unclear")


class TestHowFarAListReaches:
    @pytest.mark.parametrize(
        ("reach", "on", "answer"),
        [
            ("complete", date(2019, 1, 1), "no"),
            ("complete", date(2026, 1, 1), "no"),
            ("complete-dated", date(2020, 6, 30), "no"),
            ("complete-dated", date(2020, 7, 1), "not known"),
            ("complete-memory", date(2019, 1, 1), "not known"),
            ("complement", date(2026, 1, 1), "no"),
            ("complement-dated", date(2020, 6, 30), "no"),
            ("complement-dated", date(2020, 7, 1), "not known"),
            ("partial", date(2019, 1, 1), "not known"),
            ("signatories", date(2019, 1, 1), "not known"),
            ("signatories-partial", date(2019, 1, 1), "not known"),
            ("none", date(2019, 1, 1), "not known"),
        ],
    )
    def test_decides_what_absence_means(self, book, reach, on, answer):
        assert parties.is_party("inv", "XK", on, folder=book(reach=reach)).answer == answer

    @pytest.mark.parametrize(
        ("as_of", "on", "answer"),
        [
            ("'2020'", date(2020, 12, 31), "no"),
            ("'2020'", date(2021, 1, 1), "not known"),
            ("2020-02", date(2020, 2, 29), "no"),
            ("2020-12", date(2020, 12, 31), "no"),
            ("2020-02", date(2020, 3, 1), "not known"),
            ("2020-02-03", date(2020, 2, 4), "not known"),
            ("null", date(2019, 1, 1), "not known"),
        ],
    )
    def test_lasts_to_the_end_of_what_it_names(self, book, as_of, on, answer):
        assert parties.is_party("inv", "NL", on, folder=book(reach="complete-dated", as_of=as_of)).answer == answer

    @pytest.mark.parametrize(
        ("row", "on", "answer"),
        [
            ("party,2005-01-01,own,verified,,,,", date(2004, 12, 31), "no"),
            ("party,2005-01-01,own,verified,,,,", date(2005, 1, 1), "yes"),
            ("party,,own,verified,,,,", date(1999, 12, 31), "no"),
            ("party,,own,verified,,,,", date(2019, 1, 1), "not known"),
            ("party,,own,verified,,,,", date(2020, 6, 30), "yes"),
            ("withdrawn,2005-01-01,own,verified,,,,2010-05-05", date(2010, 5, 4), "yes"),
            ("withdrawn,2005-01-01,own,verified,,,,2010-05-05", date(2010, 5, 5), "no"),
            ("withdrawn,2005-01-01,own,verified,,,,", date(2010, 5, 5), "not known"),
            ("participant,2005-01-01,own,verified,,,,", date(2010, 5, 5), "yes"),
            ("unclear,,own,verified,,,,", date(2010, 5, 5), "not known"),
            ("signatory,,own,verified,,,,", date(2010, 5, 5), "not known"),
        ],
    )
    def test_gives_way_to_a_row_of_the_country(self, book, row, on, answer):
        found = parties.is_party("inv", "NL", on, folder=book(reach="partial", rows=f"inv,NL,{row}\n"))
        assert found.answer == answer

    def test_an_absence_that_was_read_is_a_no_until_that_day(self, book):
        folder = book(reach="complement-dated", absent="inv,NL,none,,2015-03,own,verified,it never signed\n")
        assert parties.is_party("inv", "NL", date(2015, 3, 31), folder=folder).answer == "no"
        later = parties.is_party("inv", "NL", date(2015, 4, 1), folder=folder)
        assert later.answer == "not known"
        assert "whether it joined since is not known" in later.says

    def test_members_of_the_united_nations_are_bound_unless_named(self, book):
        folder = book(reach="complement", absent="inv,BR,signatory,2001-01-01,2020,own,verified,\n")
        assert [party.country for party in parties.parties("inv", TODAY, folder=folder)] == ["FR"]

    def test_a_new_row_is_enough_for_a_new_treaty(self, book):
        two = TREATIES.format(id="inv", as_of="2020", reach="complete")
        two += TREATIES.format(id="new", as_of="2020", reach="complete").removeprefix("treaties:\n")
        folder = book(treaties=two, rows="new,NL,party,2005-01-01,own,verified,,,,\n")
        assert [treaty.id for treaty in parties.treaties(folder=folder)] == ["inv", "new"]
        assert parties.is_party("new", "NL", TODAY, folder=folder).answer == "yes"
        assert parties.is_party("inv", "NL", TODAY, folder=folder).answer == "no"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "near"),
        [("unctoc", "untoc"), ("Rome Statut", "rome-statute"), ("eu-eoi", "eu-eio"), ("????", "eu-eio")],
    )
    def test_an_unknown_treaty_is_answered_with_the_nearest(self, name, near):
        with pytest.raises(parties.UnknownTreaty) as caught:
            parties.is_party(name, "NL", TODAY)
        assert near in caught.value.remedy

    def test_an_unknown_country_is_an_error(self):
        with pytest.raises(calendars.UnknownCountry):
            parties.is_party("untoc", "UK", TODAY)


class TestABadList:
    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ("inv,NL,member,,own,verified,,,,\n", "parties.csv, line 2: 'status': .*'party'"),
            ("inv,NL,party,1.1.2005,own,verified,,,,\n", "line 2: 'in_force': '1.1.2005' is not a day"),
            (
                "inv,NL,party,,own,verified,,,,\ninv,ZZ,party,,own,verified,,,,\n",
                "line 3: 'ZZ' is not a country",
            ),
            (
                "inv,NL,party,,own,verified,,,,\ninv,NL,party,,own,verified,,,,\n",
                "line 3: NL stands here twice for inv",
            ),
            ("vni,NL,party,,own,verified,,,,\n", "line 2: no treaty is called 'vni'"),
            ("inv,NL,party,,rumour,verified,,,,\n", "line 2: no source is called 'rumour'"),
            ("inv,,party,,own,verified,,,,\n", "line 2: 'country' is missing"),
            ("inv,NL,party,,own,verified,,,,,surplus\n", "line 2"),
        ],
    )
    def test_names_the_row(self, book, rows, says):
        with pytest.raises(reading.LawFaults, match=says):
            parties.treaties(folder=book(rows=rows))

    def test_names_every_bad_row_at_once(self, book):
        rows = "inv,NL,member,,own,verified,,,,\ninv,FR,party,,own,sure,,,,\n"
        with pytest.raises(reading.LawFaults) as caught:
            parties.treaties(folder=book(rows=rows))
        assert [fault.line for fault in caught.value.faults] == [2, 3]

    @pytest.mark.parametrize(
        "headings", ["", "treaty_id,country\n", ROWS.replace("until", "till"), ROWS[:-1] + ",until\n"]
    )
    def test_says_which_headings_are_needed(self, book, headings):
        folder = book()
        (folder / "parties.csv").write_text(headings)
        with pytest.raises(reading.LawFaults, match=r"line 1: the headings are .*Allowed here: treaty_id, country"):
            parties.treaties(folder=folder)

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("source: own", "source: rumour", "treaties.yaml, line 14: no source is called 'rumour'"),
            ("date: '1999-12-31'", "date: 31 December", "line 6: 'date': '31 December' is not a day"),
            ("date: '1999-12-31'", "date: 1999", "line 6: 'date': "),
            ("as_of: 2020", "as_of: lately", "line 9: 'as_of': 'lately' is not a year, a month or a day"),
            (
                "place: Nowhere",
                "places: Nowhere",
                "line 6: 'places' is not a key .* Allowed here: date, place",
            ),
            (
                "in_force:",
                "opened_for_signature: {day: 2000-01-01}\n  in_force:",
                "line 7: 'day' is not a key .* Allowed here: date, place",
            ),
            ("parties_data: complete", "parties_data: finished", "line 10: 'parties_data'"),
        ],
    )
    def test_names_the_line_of_a_treaty(self, book, old, new, says):
        told = TREATIES.format(id="inv", as_of="2020", reach="complete")
        assert old in told
        with pytest.raises(reading.LawFaults, match=says):
            parties.treaties(folder=book(treaties=told.replace(old, new)))

    def test_does_not_take_a_treaty_twice(self, book):
        once = TREATIES.format(id="inv", as_of="2020", reach="complete")
        with pytest.raises(reading.LawFaults, match="line 15: inv stands here twice"):
            parties.treaties(folder=book(treaties=once + once.removeprefix("treaties:\n")))

    def test_does_not_take_a_member_that_is_no_country(self, book):
        with pytest.raises(reading.LawFaults, match=r"un-members.yaml, line 6: ZZ is not a country"):
            parties.treaties(folder=book(members="  - FR\n  - ZZ\n"))


class TestADatedTreaty:
    """Fields that change what every list says: awaited, applied provisionally, repealed, the Union's members."""

    ROW = "inv,NL,party,2005-01-01,own,verified,,,,\n"

    def answer(self, book, on, old, new, rows=ROW):
        told = TREATIES.format(id="inv", as_of="2020", reach="complete")
        assert old in told
        return parties.is_party("inv", "NL", on, folder=book(treaties=told.replace(old, new), rows=rows))

    @pytest.mark.parametrize(
        ("on", "answer"), [(date(2020, 6, 30), "no"), (date(2020, 7, 1), "not known"), (date(2030, 1, 1), "not known")]
    )
    def test_that_is_awaited_binds_nobody_until_the_day_it_was_noted(self, book, on, answer):
        rows = "inv,NL,signatory,,own,verified,2019-01-01,,,\n"
        new = "in_force: {date: null, awaited: '2020-06'}"
        assert self.answer(book, on, "in_force: {date: '2000-01-01'}", new, rows).answer == answer

    @pytest.mark.parametrize(
        ("on", "answer"), [(date(2003, 12, 31), "no"), (date(2004, 1, 1), "yes"), (date(2005, 1, 1), "yes")]
    )
    def test_may_be_applied_provisionally_before_it_is_in_force(self, book, on, answer):
        found = self.answer(book, on, "topics: [mla]", "topics: [mla]\n  provisional_from: 2004-01-01")
        assert found.answer == answer
        assert ("provisionally" in found.says) == (on == date(2004, 1, 1))

    @pytest.mark.parametrize(("on", "answer"), [(date(2010, 5, 4), "yes"), (date(2010, 5, 5), "no")])
    def test_ends_for_everybody_when_it_is_repealed(self, book, on, answer):
        found = self.answer(book, on, "topics: [mla]", "topics: [mla]\n  applies_until: 2010-05-05")
        assert found.answer == answer

    @pytest.mark.parametrize(
        ("country", "on", "answer"),
        [
            ("FR", date(2000, 1, 1), "yes"),
            ("FR", date(1999, 12, 31), "no"),
            ("HR", date(2013, 6, 30), "no"),
            ("HR", date(2013, 7, 1), "yes"),
            ("GB", date(2010, 1, 1), "not known"),
            ("BR", date(2010, 1, 1), "no"),
        ],
    )
    def test_of_the_union_binds_its_members_from_their_accession(self, book, country, on, answer):
        told = TREATIES.format(id="inv", as_of="2020", reach="union")
        folder = book(treaties=told.replace("kind: treaty", "kind: eu-act\n  applies_from: 2000-01-01"))
        (folder / "eu-members.yaml").write_text(
            "as_of: '2020'\nsource: own\nconfidence: verified\n"
            "members: {FR: 1958-01-01, HR: 2013-07-01}\nformer: {GB: 2021-01-01}\n"
        )
        assert parties.is_party("inv", country, on, folder=folder).answer == answer

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("in_force: {date: '2000-01-01'}", "in_force: {date: '2000-01-01', awaited: '2020'}", "is not awaited"),
            ("parties_data: complete", "parties_data: union", "acts of the Union that have applies_from"),
        ],
    )
    def test_that_contradicts_itself_is_refused(self, book, old, new, says):
        with pytest.raises(reading.LawFaults, match=says):
            self.answer(book, TODAY, old, new)


class TestReservations:
    SAME = "kind: declaration, article: art 1, says: It., topics: [channel]"

    def test_every_fault_is_named_with_its_line(self, book):
        folder = book()
        rows = ["treaty: vni, country: NL, source: own", "treaty: inv, country: ZZ, source: own"]
        rows.append("treaty: inv, country: NL, source: rumour")
        lines = [f"  - {{{row}, {self.SAME}, confidence: verified}}\n" for row in rows]
        (folder / "reservations.yaml").write_text("reservations:\n" + "".join(lines))
        with pytest.raises(reading.LawFaults) as caught:
            parties.treaties(folder=folder)
        assert [fault.line for fault in caught.value.faults] == [2, 3, 4]

    def test_hold_from_the_day_they_were_made_to_the_day_they_were_taken_back(self, book):
        folder = book()
        days = "since: 2010-01-01, until: 2012-01-01"
        row = f"{{treaty: inv, country: NL, {self.SAME}, {days}, source: own, confidence: verified}}"
        (folder / "reservations.yaml").write_text(f"reservations:\n  - {row}\n")
        asked = [date(2009, 12, 31), date(2010, 1, 1), date(2011, 12, 31), date(2012, 1, 1)]
        assert [len(parties.reservations("inv", "NL", day, folder=folder)) for day in asked] == [0, 1, 1, 0]


def test_bad_cells_and_bad_names_are_told_in_one_refusal(book):
    """Both what cannot be read and what names nothing, so that one reading of the file mends it."""
    rows = "inv,FR,prty,2001-01-01,own,verified,,,,\nnope,DE,party,2001-01-01,own,verified,,,,\n"
    rows += "inv,NL,withdrawn,2001-01-01,own,verified,,,,2000-05-01\n"
    with pytest.raises(reading.LawFaults) as caught:
        roll.book(book(rows=rows))
    assert [(fault.line, fault.pointer) for fault in caught.value.faults] == [
        (2, "status"),
        (3, "treaty_id"),
        (4, "until"),
    ]
