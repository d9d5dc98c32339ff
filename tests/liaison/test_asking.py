"""Hours and whom to ask: cases with real calendars, real zones and real law; the desks are invented."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.law import calendars, routes
from comity.liaison import asking, hours
from comity.liaison.asking import Us
from comity.liaison.values import Desk

FR = Us("FR", ("fr", "en"), "Europe/Paris")
WEEK = {"zone": "America/Sao_Paulo", "open": [{"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "18:00"}]}
NIGHT = {"zone": "Europe/Paris", "open": [{"days": [1, 2, 3, 4, 5], "opens": "20:00", "closes": "06:00"}]}


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def local(moment):
    return moment.strftime("%a %d %H:%M") if moment else None


class TestHours:
    @pytest.mark.parametrize(
        ("moment", "open_", "until", "opens", "why"),
        [
            (utc(2026, 11, 24, 12, 0), True, "Tue 24 18:00", None, "nine in the morning in Brasília"),
            (utc(2026, 11, 24, 11, 59), False, None, "Tue 24 09:00", "a minute before"),
            (utc(2026, 11, 24, 20, 59), True, "Tue 24 18:00", None, "the last minute"),
            (utc(2026, 11, 24, 21, 0), False, None, "Wed 25 09:00", "six in the evening"),
            (utc(2026, 11, 20, 15, 0), False, None, "Mon 23 09:00", "Friday: the day of Zumbi, a public holiday"),
            (utc(2026, 11, 21, 15, 0), False, None, "Mon 23 09:00", "Saturday"),
            (utc(2026, 12, 24, 22, 0), False, None, "Mon 28 09:00", "Christmas and a weekend behind it"),
        ],
    )
    def test_of_a_working_week(self, moment, open_, until, opens, why):
        now = hours.at(hours.read(WEEK, "BR"), moment)
        assert (now.open, local(now.until), local(now.opens)) == (open_, until, opens), why

    def test_name_the_holiday(self):
        now = hours.at(hours.read(WEEK, "BR"), utc(2026, 11, 20, 15))
        assert "Black Awareness" in now.holiday
        assert hours.at(hours.read({**WEEK, "holidays": True}, "BR"), utc(2026, 11, 20, 15)).open

    def test_past_midnight_belong_to_the_day_on_which_they_began(self):
        desk = hours.read(NIGHT, "FR")
        assert local(hours.at(desk, utc(2026, 11, 24, 2)).until) == "Tue 24 06:00"
        assert local(hours.at(desk, utc(2026, 11, 28, 4)).until) == "Sat 28 06:00"
        assert local(hours.at(desk, utc(2026, 11, 28, 20)).opens) == "Mon 30 20:00"

    def test_on_the_night_when_clocks_change_are_those_of_the_wall(self):
        desk = hours.read({**NIGHT, "open": [{"days": [6, 7], "opens": "20:00", "closes": "06:00"}]}, "FR")
        began, ended = next(hours.spans(desk, utc(2026, 10, 24, 18), utc(2026, 10, 25, 3)))
        assert ended - began == timedelta(hours=11)

    def test_spans_that_touch_are_one(self):
        whole = [{"days": [1, 2, 3, 4, 5, 6, 7], "opens": "00:00", "closes": "24:00"}]
        desk = hours.read({"zone": "UTC", "open": whole, "holidays": True}, "FR")
        [(began, ended)] = hours.spans(desk, utc(2026, 11, 24, 12), utc(2026, 11, 25, 12))
        assert (began, ended) == (utc(2026, 11, 24), utc(2026, 11, 26))

    def test_always_and_words(self):
        assert hours.at(hours.read("always", "BR"), utc(2026, 12, 25)).open
        assert hours.at(hours.read("in the mornings", "BR"), utc(2026, 12, 25)).open is None
        assert list(hours.spans(hours.read("09-18", "BR"), utc(2026, 11, 24), utc(2026, 11, 25))) == []

    @pytest.mark.parametrize("zone", ["Europe/Atlantis", "Europe", "posixrules-x"])
    def test_in_a_zone_that_nobody_knows_stay_words(self, zone):
        told = hours.read({**WEEK, "zone": zone}, "BR")
        assert (told.kind, hours.at(told, utc(2026, 11, 24)).open) == ("words", None)
        assert zone in told.words

    def test_say_that_the_holidays_are_not_known(self, monkeypatch):
        def none(country, year):
            raise calendars.NoCalendar(country=country, year=year)

        monkeypatch.setattr(calendars, "holidays", none)
        now = hours.at(hours.read(WEEK, "BR"), utc(2026, 11, 20, 15))
        assert (now.open, now.unsure) == (True, True)


def desk(role="Desk", country="BR", told=WEEK, languages=("pt", "en"), **more):
    seat = more.get("posted_in") or country
    given = {"authority": f"{country.lower()}-central", "name": country, "number": 1, "phone": "+55 61", **more}
    return Desk(role=role, country=country, languages=languages, hours=hours.read(told, seat), **given)


def ask(what, country, at, *desks, **more):
    return asking.ask(what, country, at, desks=desks, us=FR, **more)


def order(answer):
    return [one.desk.role for one in answer.asked]


def codes(answer, role):
    return [reason.code for one in answer.asked if one.desk.role == role for reason in one.reasons]


MORNING, NOON = utc(2026, 11, 24, 8), utc(2026, 11, 24, 15)


class TestWhoIsAsked:
    def test_the_competent_first_where_it_can_wait(self):
        answer = ask(
            "search", "BR", MORNING,
            desk("Night", told="always", competences=("preservation",)), desk("Assistance", competences=("mla-untoc",)),
        )  # fmt: skip
        assert order(answer) == ["Assistance", "Night"]
        assert answer.urgent is False
        assert codes(answer, "Assistance") == ["competent-by", "language", "closed"]
        assert codes(answer, "Night") == ["other-competence", "language", "open"]

    def test_who_answers_now_first_where_it_cannot(self):
        answer = ask(
            "preservation", "BR", MORNING, desk("Assistance", competences=("mla-untoc",)), desk("Night", told="always")
        )
        assert (order(answer), answer.urgent) == (["Night", "Assistance"], True)
        assert codes(answer, "Night") == ["open", "always", "not-said", "language"]

    def test_the_reader_says_that_it_cannot_wait(self):
        desks = desk("Assistance", competences=("search",)), desk("Night", told="always")
        assert order(ask("search", "BR", MORNING, *desks)) == ["Assistance", "Night"]
        assert order(ask("search", "BR", MORNING, *desks, urgent=True)) == ["Night", "Assistance"]
        assert order(ask("search", "BR", NOON, *desks, urgent=True)) == ["Night", "Assistance"]

    def test_closed_now_says_when_it_opens_there_and_here(self):
        [one] = ask("search", "BR", MORNING, desk()).asked
        assert (local(one.now.opens), local(one.opens_here)) == ("Tue 24 09:00", "Tue 24 13:00")
        assert (str(one.now.opens.tzinfo), str(one.opens_here.tzinfo)) == ("America/Sao_Paulo", "Europe/Paris")

    def test_names_the_thing_before_an_instrument_before_the_authority_before_nothing(self):
        desks = [
            desk("nothing"), desk("authority", taken=("mla-untoc",)), desk("instrument", competences=("mla-untoc",)),
            desk("thing", competences=("search",)), desk("other", competences=("extradition",)),
        ]  # fmt: skip
        assert order(ask("search", "BR", NOON, *desks)) == ["thing", "instrument", "authority", "nothing", "other"]

    def test_a_wider_measure_and_the_family_count(self):
        assert codes(ask("bank_transactions", "BR", NOON, desk(competences=("records",))), "Desk")[0] == "competent"
        assert codes(ask("bank_transactions", "BR", NOON, desk(competences=("evidence",))), "Desk")[0] == "competent"

    def test_an_instrument_that_does_not_lead_there_is_no_competence(self):
        assert codes(ask("search", "BR", NOON, desk(competences=("eio",))), "Desk")[0] == "other-competence"

    def test_a_shared_language_counts_after_competence(self):
        answer = ask("search", "BR", NOON, desk("Portuguese", languages=("pt",)), desk("English"))
        assert order(answer) == ["English", "Portuguese"]
        assert codes(answer, "Portuguese")[1] == "no-language"

    def test_liaison_officers_here_and_there_and_nobody_else(self):
        answer = ask(
            "search", "BR", NOON,
            desk("theirs", posted_in="FR"), desk("ours", country="FR", ours=True, posted_in="BR"),
            desk("our desk", country="FR", ours=True), desk("third", country="NL", posted_in="BR"),
        )  # fmt: skip
        assert sorted(order(answer)) == ["ours", "theirs"]
        assert "theirs-here" in codes(answer, "theirs")
        assert "ours-there" in codes(answer, "ours")

    def test_a_liaison_officer_keeps_the_holidays_of_the_place_where_she_works(self):
        paris = {**WEEK, "zone": "Europe/Paris"}
        zumbi, armistice = utc(2026, 11, 20, 15), utc(2026, 11, 11, 15)
        officer = desk("theirs", told=paris, posted_in="FR")
        assert ask("search", "BR", zumbi, officer).asked[0].now.open
        assert "holiday" in codes(ask("search", "BR", armistice, officer), "theirs")

    def test_hours_in_words_stand_between_open_and_closed(self):
        answer = ask(
            "preservation", "BR", MORNING, desk("closed"), desk("words", told="09-18"), desk("open", told="always")
        )
        assert order(answer) == ["open", "words", "closed"]
        assert "hours-unknown" in codes(answer, "words")

    def test_what_cannot_wait_needs_a_telephone(self):
        answer = ask("preservation", "BR", NOON, desk("none", phone=""), desk("number"))
        assert order(answer) == ["number", "none"]
        assert codes(answer, "none")[-1] == "no-phone"

    def test_the_law_names_the_channel_with_its_source(self):
        answer = ask("preservation", "BR", NOON)
        first = answer.ways[0]
        assert "all hours" in first.says
        assert (first.cite, first.confidence) == ("CETS 185 arts 29(3), 35(1)", "verified")
        assert [one.code for one in answer.notes] == ["no-desk"]
        assert any("DRCI" in name for name in first.known)

    def test_what_nobody_checked_is_marked(self):
        answer = ask("search", "JP", NOON)
        assert answer.ways
        assert {one.confidence for one in answer.ways} <= {"verified", "memory", "official", "secondary"}

    def test_an_instrument_is_asked_for_by_itself(self):
        answer = ask("mla-untoc", "BR", NOON, desk(competences=("mla-untoc",)))
        assert (answer.instruments, codes(answer, "Desk")[0]) == (("mla-untoc",), "competent")
        assert answer.ways

    def test_in_another_language(self):
        assert ask("search", "BR", NOON, desk(), language="fr").title == "Perquisition"

    def test_is_the_same_whatever_the_order_of_the_cards(self):
        desks = [desk("a", number=1), desk("b", number=2, told="always"), desk("c", number=3, languages=("pt",))]
        assert order(ask("search", "BR", NOON, *desks)) == order(ask("search", "BR", NOON, *reversed(desks)))

    def test_every_reason_reads_as_a_sentence(self):
        answer = ask(
            "preservation", "BR", MORNING, desk(), desk("n", told="always"), desk("w", told="x", posted_in="NL")
        )
        for one in answer.asked:
            for reason in one.reasons:
                assert "{" not in reason.says.format(**reason.fields)


class TestWhatCannotBeAsked:
    def test_an_unknown_measure_names_the_nearest(self):
        with pytest.raises(asking.UnknownSubject) as caught:
            ask("serch", "BR", NOON)
        assert "search" in caught.value.remedy

    def test_our_own_country(self):
        with pytest.raises(asking.OurOwnCountry):
            ask("search", "FR", NOON)

    def test_no_country(self):
        with pytest.raises(calendars.UnknownCountry):
            ask("search", "XX", NOON)

    def test_every_subject_can_be_asked_for(self):
        for id, title, _ in asking.subjects("en"):
            assert title
            assert ask(id, "BR", NOON, desk()).title == title

    def test_the_list_of_what_cannot_wait_names_things_that_exist(self):
        known = {id for id, _, _ in asking.subjects("en")}
        assert known >= asking.CANNOT_WAIT
        assert {one.id for one in routes.measures()} & asking.CANNOT_WAIT
