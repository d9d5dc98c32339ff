"""Routes: what applies between two sides on a day, in which order, and why."""

import random
import shutil
import statistics
import time
from datetime import date

import pytest

from comity.law import calendars, offences, reading, routes, scenarios
from comity.law.routing.book import book

TODAY = date(2026, 11, 23)
PAIRS = [
    ("FR", "DE"),
    ("FR", "DK"),
    ("NL", "GB"),
    ("BR", "NL"),
    ("US", "JP"),
    ("DE", "CH"),
    ("FI", "NO"),
    ("ICC", "NL"),
    ("BR", "ICC"),
]
SOME = ("search", "bank_transactions", "extradition", "freezing", "preservation", "joint_team", "transfer_sentenced")


def found(issuing, executing, measure, on=TODAY, **more):
    return {route.instrument: route for route in routes.routes(issuing, executing, measure, on, **more)}


class TestScenarios:
    @pytest.mark.parametrize(
        "path",
        [path for path in scenarios.files() if path.name.startswith(("route-", "parties-"))],
        ids=lambda p: p.name,
    )
    def test_hold(self, path):
        outcomes = scenarios.run(path)
        assert outcomes
        assert [(one.scenario.id, one.differences) for one in outcomes if not one.holds] == []


class TestARoute:
    @pytest.mark.parametrize(("issuing", "executing"), PAIRS)
    @pytest.mark.parametrize("measure", [measure.id for measure in routes.measures()])
    def test_has_reasons_with_their_source_and_a_rank_that_is_explained(self, issuing, executing, measure):
        row = routes.routes(issuing, executing, measure, TODAY)
        assert [route.rank for route in row] == list(range(1, len(row) + 1))
        order = {True: 0, None: 1, False: 2}
        assert [order[route.applies] for route in row] == sorted(order[route.applies] for route in row)
        for route in row:
            assert route.because.says
            assert route.because.cite
            assert all(reason.says and reason.cite and reason.source for reason in route.reasons)
            speaks = {reason.speaks for reason in route.reasons}
            wanted = {True: "for", False: "against", None: "open"}[route.applies]
            assert wanted in speaks, (route.instrument, route.applies, speaks)
            assert (route.role == "closed") == (route.applies is False)

    def test_that_applies_has_its_time_limits_and_who_acts(self):
        eio = found("FR", "NL", "search")["eio"]
        limits = {limit.law: limit for limit in eio.time_limits}
        assert limits["eio/recognition"].period == "30 days"
        assert limits["eio/recognition"].event == "receipt"
        assert "art 2(c)" in eio.authority["issuing"].cite
        assert eio.authority["executing"].known
        assert "nl" in eio.languages.known

    def test_of_a_country_without_a_file_says_less_and_breaks_nothing(self):
        route = routes.routes("FR", "DK", "search", TODAY)[0]
        assert route.authority["executing"].known == ()
        assert route.languages.known == ()

    def test_tells_what_the_other_side_declared(self):
        route = found("NL", "DE", "extradition", date(2003, 1, 1))["extradition-coe-1957"]
        assert any("Germans" in reason.says and reason.speaks == "open" for reason in route.reasons)
        request = found("ICC", "GB", "search")["icc-assistance"]
        assert any("in English" in reason.says for reason in request.reasons)
        assert not any("in English" in reason.says for reason in found("ICC", "JP", "search")["icc-assistance"].reasons)

    def test_says_why_it_is_closed(self):
        old = found("FR", "DE", "search")["mla-coe-1959"]
        assert old.applies is False
        assert (old.reasons[0].speaks, old.reasons[0].cite) == ("against", "Directive 2014/41/EU art 34(1)")
        eio = found("FR", "DK", "search")["eio"]
        assert any("recitals 44 and 45" in reason.says for reason in eio.reasons if reason.speaks == "against")

    def test_is_told_in_another_language_with_the_same_order(self):
        english = routes.routes("FR", "DK", "search", TODAY)
        french = routes.routes("FR", "DK", "search", TODAY, language="fr")
        assert [(one.instrument, one.applies, one.legal_basis) for one in french] == [
            (one.instrument, one.applies, one.legal_basis) for one in english
        ]
        assert french[0].reasons != english[0].reasons

    def test_as_json_keeps_the_contract(self):
        told = routes.routes("FR", "DK", "search", TODAY)[0].as_json()
        assert {"instrument", "legal_basis", "applies", "rank", "role", "authority", "languages", "time_limits"} <= set(
            told
        )
        assert {"says", "cite", "source", "confidence", "speaks"} == set(told["reasons"][0])


class TestUnknown:
    def test_stays_open_and_closes_nothing_else(self):
        row = found("ZA", "ZM", "search")
        assert row["mla-sadc-2002"].applies is None
        assert row["mla-untoc"].applies is True

    def test_ratification_of_the_winner_leaves_the_loser_with_an_open_reason(self):
        row = found("FR", "CH", "confiscation")
        assert row["confiscation-coe-198"].applies is None
        assert row["confiscation-coe-141"].applies is True
        assert any(
            reason.cite == "CETS 198 art 49(6)" and reason.speaks == "open"
            for reason in row["confiscation-coe-141"].reasons
        )


class TestOffences:
    def test_decide_between_conventions_on_certain_offences(self):
        bribery = {"offences": ["bribery-active"]}
        assert routes.routes("BR", "NL", "bank_records", TODAY, facts=bribery)[0].instrument == "mla-uncac"
        assert found("BR", "NL", "bank_records", facts=bribery)["mla-vienna-1988"].applies is False
        assert found("BR", "NL", "bank_records")["mla-vienna-1988"].applies is True

    def test_leave_an_instrument_for_any_offence_as_it_is(self):
        assert routes.routes("FR", "DE", "search", TODAY, facts={"offences": ["homicide"]})[0].instrument == "eio"

    def test_of_no_convention_leave_the_wide_one_open(self):
        row = found("BR", "NL", "search", facts={"offences": ["homicide"]})
        assert row["mla-untoc"].applies is True
        assert any("serious" in reason.says and reason.speaks == "open" for reason in row["mla-untoc"].reasons)
        assert row["mla-uncac"].applies is False

    @pytest.mark.parametrize("told", [{"offences": 7}, {"offences": [7]}, {"offences": {"a": 1}}])
    def test_that_are_no_names_are_refused(self, told):
        with pytest.raises(routes.BadFacts):
            routes.routes("BR", "NL", "search", TODAY, facts=told)

    def test_that_nobody_knows_are_refused(self):
        with pytest.raises(offences.UnknownOffence):
            routes.routes("BR", "NL", "search", TODAY, facts={"offences": ["no-such"]})


class TestMeasures:
    @pytest.mark.parametrize(
        ("name", "id"),
        [
            ("search", "search"),
            ("interview", "hearing"),
            ("Search", "search"),
            ("service-of-documents", "service"),
            ("surrender", "extradition"),
            ("disclosure_stored", "stored_data"),
            ("search_seizure_freezing", "search"),
            ("questioning", "hearing_suspect"),
        ],
    )
    def test_have_other_names(self, name, id):
        assert routes.measure(name).id == id

    def test_unknown_ones_are_answered_with_the_nearest(self):
        with pytest.raises(routes.UnknownMeasure) as caught:
            routes.measure("serch")
        assert "search" in caught.value.remedy

    def test_each_leads_somewhere(self):
        for measure in routes.measures():
            pairs = [("FR", "DE"), ("NL", "ICC"), ("ICC", "NL")]
            rows = [row for pair in pairs for row in routes.routes(*pair, measure.id, TODAY)]
            assert any(row.applies for row in rows), measure.id

    def test_each_wider_one_serves_the_narrower(self):
        assert routes.measure("hearing_victim").wider == ("hearing_victim", "hearing")
        assert found("BR", "NL", "hearing_victim")["mla-untoc"].applies is True


class TestSides:
    def test_a_country_does_not_ask_itself(self):
        with pytest.raises(routes.SameSide):
            routes.routes("FR", "FR", "search", TODAY)

    @pytest.mark.parametrize("pair", [("UK", "FR"), ("FR", "XX")])
    def test_an_unknown_side_is_refused(self, pair):
        with pytest.raises(calendars.UnknownCountry):
            routes.routes(*pair, "search", TODAY)

    def test_the_court_has_its_own_instruments_only(self):
        for measure in routes.measures():
            for pair in (("ICC", "NL"), ("NL", "ICC")):
                assert all(route.startswith("icc-") for route in found(*pair, measure.id))


class TestTheCatalogue:
    FORTY = """
        mla-untoc mla-uncac mla-vienna-1988 mla-un-model mla-coe-1959 mla-eu-2000 extradition-untoc extradition-uncac
        extradition-vienna-1988 extradition-un-model extradition-coe-1957 eaw eio epoc epoc-pr freezing-order-eu
        confiscation-order-eu confiscation-un confiscation-coe-198 cyber-preservation-budapest cyber-mla-budapest
        cyber-direct-cets224 cyber-un-hanoi icc-arrest-surrender icc-provisional-arrest icc-assistance
        icc-complementarity jit jit-evaluation jit-funding spontaneous-information police-information-eu-2023-977
        transfer-of-proceedings-coe-073 transfer-of-proceedings-eu-2024-3011 transfer-sentenced-coe-112
        custodial-sentence-eu-2008-909 controlled-delivery cross-border-surveillance covert-investigation video-hearing
    """

    def test_every_instrument_is_a_route(self):
        assert set(self.FORTY.split()) <= set(routes.instruments())

    def test_every_rule_names_routes_and_every_route_a_tier(self):
        data = book(reading.DATA)
        assert {way.tier for way in data.ways} <= set(data.tiers)
        assert len({way.instrument for way in data.ways}) == len(data.ways)


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Writes the data with one row of parties.csv changed, and returns the folder."""
    whole = tmp_path_factory.mktemp("law")
    for number in range(40):
        folder = whole / str(number)
        folder.mkdir()
        for path in reading.DATA.iterdir():
            if path.name != "parties.csv":
                (folder / path.name).symlink_to(path)
        shutil.copy(reading.DATA / "parties.csv", folder / "parties.csv")
    return iter([whole / str(number) for number in range(40)])


def touched(treaty):
    """The instruments that a treaty carries, and those that they replace or go before."""
    data = book(reading.DATA)
    carried = {way.instrument for way in data.ways if any(treaty in basis.treaties for basis in way.bases)}
    return carried | {loser for rule in data.rules if rule.winner in carried for loser in rule.losers}


class TestOneRatification:
    """Changing one row of parties.csv changes the answers for that country and that treaty, and no others."""

    PAIRS = PAIRS
    TREATIES = ("eu-eio", "cets-030", "cets-182", "eu-eaw", "cets-024", "cets-185", "eu-freezing-2018", "rome-statute")

    @pytest.mark.parametrize("seed", range(12))
    def test_touches_only_what_it_should(self, copies, seed):
        chance = random.Random(seed)
        treaty = self.TREATIES[seed % len(self.TREATIES)]
        folder = next(copies)
        lines = (folder / "parties.csv").read_text().splitlines()
        here = {country for pair in self.PAIRS for country in pair if treaty != "rome-statute" or "ICC" in pair}
        rows = [line for line in lines if line.startswith(f"{treaty},") and line.split(",")[1] in here]
        row = chance.choice(rows)
        country = row.split(",")[1]
        unclear = f"{treaty},{country},unclear,,memory,memory,,,,"
        (folder / "parties.csv").write_text("\n".join(unclear if line == row else line for line in lines) + "\n")
        changed = 0
        for pair in self.PAIRS:
            for measure in SOME:
                before = {one.instrument: one for one in routes.routes(*pair, measure, TODAY)}
                after = {one.instrument: one for one in routes.routes(*pair, measure, TODAY, folder=folder)}
                if country not in pair:
                    assert after == before
                    continue
                assert set(after) == set(before)
                other = set(after) - touched(treaty)
                assert {id: (after[id].applies, after[id].legal_basis, after[id].reasons) for id in other} == {
                    id: (before[id].applies, before[id].legal_basis, before[id].reasons) for id in other
                }
                changed += after != before
        assert changed, (treaty, country)


class TestABadFile:
    def folder(self, tmp_path, name, old, new):
        """The data with one file of routes edited."""
        for path in reading.DATA.iterdir():
            if path.name not in ("routes", "measures.yaml"):
                (tmp_path / path.name).symlink_to(path)
        shutil.copy(reading.DATA / "measures.yaml", tmp_path / "measures.yaml")
        shutil.copytree(reading.DATA / "routes", tmp_path / "routes")
        path = tmp_path / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return tmp_path

    @pytest.mark.parametrize(
        ("name", "old", "new", "says"),
        [
            ("routes/evidence.yaml", "treaty: eu-eio", "treaty: eu-eoi", "no treaty is called 'eu-eoi'"),
            ("routes/evidence.yaml", "tier: recognition", "tier: best", "no tier is called 'best'"),
            ("routes/evidence.yaml", "source: es-23-2014", "source: rumour", "no source is called 'rumour'"),
            ("routes/evidence.yaml", "video_hearing: art 24", "film: art 24", "no measure is called 'film'"),
            ("routes/evidence.yaml", "instrument: mla-coe-1959", "instrument: eio", "eio stands here twice"),
            ("routes/evidence.yaml", "  bases:", "  basis:", "'basis' is not a key"),
            ("routes/evidence.yaml", "among: european_union", "among: moon", "no region is called 'moon'"),
            ("routes/evidence.yaml", "across: [GB]", "across: [QQ]", "'QQ' is not a country"),
            (
                "routes/evidence.yaml",
                "general: {evidence: art 3",
                "general: {stars: art 3",
                "no family is called 'stars'",
            ),
            ("routes/precedence.yaml", "winner: eio", "winner: oie", "no route is called 'oie'"),
            ("routes/precedence.yaml", "source: rome-text", "source: rumour", "no source is called 'rumour'"),
            ("routes/regions.yaml", "benelux: [BE", "benelux: [QQ", "'QQ' is not a country"),
            ("measures.yaml", "family: evidence", "family: stars", "no family is called 'stars'"),
            ("measures.yaml", "within: hearing", "within: hearsay", "no measure is called 'hearsay'"),
            ("measures.yaml", "aliases: [questioning]", "aliases: [interview]", "stands for another measure already"),
        ],
    )
    def test_is_refused_with_its_line(self, tmp_path, name, old, new, says):
        with pytest.raises(reading.LawFaults, match=says) as caught:
            routes.measures(folder=self.folder(tmp_path, name, old, new))
        assert all(fault.line > 1 for fault in caught.value.faults)

    def test_a_measure_within_itself_is_refused(self, tmp_path):
        old = "hearing: {title: Hearing of a person, family: evidence,"
        folder = self.folder(tmp_path, "measures.yaml", old, old + " within: hearing_witness,")
        with pytest.raises(reading.LawFaults, match="stands within itself"):
            routes.measures(folder=folder)


class TestSpeed:
    def test_an_answer_takes_under_five_milliseconds(self):
        def once(pair, measure):
            began = time.perf_counter()
            routes.routes(*pair, measure.id, TODAY)
            return time.perf_counter() - began

        for _ in range(2):  # the first round reads the files
            took = [once(pair, measure) for pair in PAIRS for measure in routes.measures()]
        assert statistics.median(took) < 0.005
