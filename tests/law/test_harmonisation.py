"""What treaties demand of national definitions, where they are narrower, and how far two lie apart."""

from datetime import date

import pytest

from comity.law import harmonisation, national, offences
from comity.law.reading import LawFaults
from tests.law.test_offences import folder, spoil  # noqa: F401

ON = date(2026, 11, 23)


def gap(country, offence, *tokens):
    """The gap of a country about these elements."""
    cell = harmonisation.matrix(ON, countries=[country], pivots=[offence]).cells[0]
    return next(one for one in cell.gaps if set(tokens) <= set(one.tokens))


class TestMatrix:
    def test_has_a_cell_for_every_offence_and_country(self):
        found = harmonisation.matrix(ON)
        assert len(found.cells) == len(offences.pivots()) * len(national.known())
        assert found.cell("illegal-access", "FR").status == "covered"

    def test_what_is_not_recorded_is_never_a_missing_law(self):
        cell = harmonisation.matrix(ON, countries=["FR"], pivots=["genocide"]).cells[0]
        assert cell.status == "not recorded"
        assert cell.gaps[0].kind == "not recorded"
        assert "one may exist" in cell.gaps[0].says
        assert cell.degree is None

    def test_an_element_that_the_treaty_does_not_know_is_a_gap_with_the_provision_that_would_close_it(self):
        found = gap("BR", "system-interference", "circ.public_utility_service")
        assert found.demands == ("Budapest Convention art 5",)
        assert found.closed_by.startswith("Código Penal art 266 para 1 would have to do without:")

    def test_an_alternative_that_is_left_out_is_a_gap(self):
        found = gap("FR", "trafficking-persons", "means.abuse_of_vulnerability")
        assert found.kind == "leaves out"
        assert "Palermo TIP Protocol arts 3, 5" in found.demands

    def test_what_the_treaty_allows_is_no_gap(self):
        found = gap("DE", "illegal-access", "circ.security_measure_infringed")
        assert found.demands == ()
        assert "Budapest Convention art 2" in found.allowed
        assert harmonisation.matrix(ON, countries=["DE"], pivots=["illegal-access"]).cells[0].status == "allowed"

    def test_a_threshold_above_the_serious_crime_of_the_treaty_is_a_gap(self):
        assert gap("GB", "criminal-group-participation", "thr.max_penalty_7y").demands
        assert not gap("DE", "criminal-group-participation", "thr.max_penalty_2y").demands

    def test_another_provision_of_the_law_may_close_it(self):
        # laundering of French law leaves out holding and using, which receiving reaches
        cell = harmonisation.matrix(ON, countries=["FR"], pivots=["money-laundering"]).cells[0]
        assert not any("act.possess" in one.tokens for one in cell.gaps)

    def test_either_of_two_offences_will_do_where_the_treaty_lets_the_state_choose(self):
        # UNTOC art 5(1)(a): conspiracy or participation; Germany records the second alone
        cell = harmonisation.matrix(ON, countries=["DE"], pivots=["conspiracy"]).cells[0]
        assert not any(demand.startswith("UNTOC") for demand in cell.gaps[0].demands)

    def test_a_treaty_counts_from_the_day_that_it_binds(self):
        before = harmonisation.matrix(date(2003, 1, 1), countries=["FR"], pivots=["illegal-access"]).cells[0]
        after = harmonisation.matrix(ON, countries=["FR"], pivots=["illegal-access"]).cells[0]
        bound = [next(one.bound for one in cell.demands if one.treaty == "cets-185") for cell in (before, after)]
        assert bound == ["no", "yes"]

    def test_rows_are_ready_for_csv(self):
        rows = harmonisation.matrix(ON, countries=["DE", "JP"], pivots=["illegal-access"]).as_rows()
        assert [row["country"] for row in rows] == ["DE", "JP"]
        assert rows[0]["provisions"] == "StGB s 202a"
        assert "Budapest Convention art 2" in rows[0]["demanded_by"]

    def test_gaps_are_those_that_a_binding_treaty_minds(self):
        assert all(one.demands for one in harmonisation.gaps("DE", on=ON))

    def test_no_such_offence(self):
        with pytest.raises(offences.UnknownOffence):
            harmonisation.matrix(ON, pivots=["hacking"])


class TestBudapest:
    def test_has_every_article_for_every_recorded_country(self):
        found = harmonisation.budapest(on=ON)
        assert len(found) == 12 * 17
        assert {article.country for article in found} == set(national.known())

    def test_tells_status_provision_and_whether_the_country_is_bound(self):
        found = {article.article: article for article in harmonisation.budapest("JP", on=ON)}
        assert (found[2].status, found[9].status) == ("full", "partial")
        assert found[2].bound == "yes"

    def test_a_country_without_rows_is_not_recorded(self):
        assert {article.status for article in harmonisation.budapest("KE", on=ON)} == {"not recorded"}

    def test_rows_are_ready_for_csv(self):
        rows = harmonisation.as_rows(harmonisation.budapest("FR", on=ON))
        assert rows[0]["provision"] == "Code pénal 323-1"

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("FR,2,", "FR,13,", "not an article"),
            ("FR,2,", "FR,3,", "article 3 is"),
            ("FR,2,", "XX,2,", "not a country"),
            (",full,", ",complete,", "status"),
            ("DE,2,", "FR,2,", "twice"),
        ],
    )
    def test_a_fault_in_the_file_is_refused(self, folder, old, new, says):  # noqa: F811
        spoil(folder, "harmonisation/budapest.csv", (old, new))
        with pytest.raises(LawFaults) as refused:
            harmonisation.budapest(on=ON, folder=folder)
        assert says in str(refused.value)


class TestDifference:
    def test_runs_from_nothing_to_all_and_says_why(self):
        found = {one.offence: one for one in harmonisation.differences("FR", "JP")}
        access = found["illegal-access"]
        assert 0 < access.degree < 1
        assert "Japan asks: the act is done through a telecommunication line." in access.reasons
        assert all(0 <= one.degree <= 1 for one in found.values())

    def test_is_the_same_both_ways_and_nothing_to_oneself(self):
        there = {one.offence: one.degree for one in harmonisation.differences("FR", "JP")}
        back = {one.offence: one.degree for one in harmonisation.differences("JP", "FR")}
        assert there == pytest.approx(back)
        assert {one.degree for one in harmonisation.differences("DE", "DE")} == {0.0}

    def test_is_only_for_what_both_record(self):
        assert harmonisation.differences("FR", "KE") == ()

    def test_a_picture_has_every_pair(self):
        found = harmonisation.heat("illegal-access")
        assert len(found) == 12 * 11
        assert found["NL", "GB"].degree < found["NL", "JP"].degree
