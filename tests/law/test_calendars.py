from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law import calendars
from tests.law.scenario import told

DAYS = st.dates(date(1990, 1, 1), date(2080, 1, 1))
COUNTRIES = st.sampled_from(["NL", "FR", "BR", "HU", "SA", "ICC"])


class TestScenarios:
    @pytest.mark.parametrize(("given", "expect"), told("calendars"))
    def test_working_days(self, given, expect):
        why = calendars.day_off(given["day"], given["country"])
        assert calendars.is_working_day(given["day"], given["country"]) is expect["working"]
        assert expect["working"] is (why is None)
        assert expect.get("because", "") in (why or "")


class TestZones:
    @pytest.mark.parametrize(
        ("country", "zone"),
        [
            ("NL", "Europe/Amsterdam"),
            ("FR", "Europe/Paris"),
            ("BR", "America/Sao_Paulo"),
            ("ICC", "Europe/Amsterdam"),
            ("US", "America/New_York"),
        ],
    )
    def test_are_those_of_the_central_authority(self, country, zone):
        assert calendars.zone(country) == ZoneInfo(zone)

    def test_of_every_country_exist(self):
        noon = datetime(2026, 11, 23, 12)  # noqa: DTZ001
        zones = [calendars.zone(code) for code in calendars.countries()]
        assert all(noon.replace(tzinfo=zone).utcoffset() is not None for zone in zones)
        assert len(calendars.countries()) > 240

    @pytest.mark.parametrize(("code", "hint"), [("UK", "GB"), ("EL", "GR"), ("nl", "NL"), ("ZZ", "")])
    def test_of_an_unknown_country_are_refused_with_a_hint(self, code, hint):
        with pytest.raises(calendars.UnknownCountry) as caught:
            calendars.zone(code)
        assert caught.value.remedy.endswith(f"Did you mean {hint}?" if hint else "ICC for the Court.")


class TestHolidays:
    def test_come_in_order_with_names(self):
        found = calendars.holidays("FR", 2026)
        assert list(found) == sorted(found)
        assert found[date(2026, 7, 14)] == "National Day"

    def test_of_the_court_are_assumed_and_say_so(self):
        assert calendars.holidays("ICC", 2026) == calendars.holidays("NL", 2026)
        assert "assumed" in calendars.notes("ICC")[0]
        assert calendars.notes("NL") == ()

    @pytest.mark.parametrize(("country", "year"), [("EU", 2026), ("NL", 1900), ("NL", 2500)])
    def test_that_are_not_known_are_an_error_not_an_empty_list(self, country, year):
        with pytest.raises(calendars.NoCalendar, match=country):
            calendars.holidays(country, year)

    @pytest.mark.parametrize("code", sorted(calendars.countries() - {"EU"}))
    def test_of_every_country_have_names(self, code):
        assert all(calendars.holidays(code, 2026).values())

    def test_cannot_be_changed_by_a_caller(self):
        with pytest.raises(TypeError):
            calendars.holidays("NL", 2026)[date(2026, 1, 2)] = "Bridge day"


class TestAddWorkingDays:
    @given(DAYS, st.integers(-60, 60), COUNTRIES)
    def test_going_back_undoes_going_on(self, day, count, country):
        start = day if calendars.is_working_day(day, country) else calendars.add_working_days(day, 1, country)
        onward = calendars.add_working_days(start, count, country)
        assert calendars.add_working_days(onward, -count, country) == start

    @given(DAYS, st.integers(1, 60), COUNTRIES)
    def test_lands_on_a_working_day_with_as_many_between(self, day, count, country):
        end = calendars.add_working_days(day, count, country)
        passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
        assert calendars.is_working_day(end, country)
        assert sum(calendars.is_working_day(each, country) for each in passed) == count

    @given(DAYS, st.integers(-60, 59), COUNTRIES)
    def test_more_days_lead_further(self, day, count, country):
        first, second = (calendars.add_working_days(day, n, country) for n in (count, count + 1))
        assert first < second

    def test_of_none_stays(self):
        assert calendars.add_working_days(date(2026, 12, 25), 0, "NL") == date(2026, 12, 25)
