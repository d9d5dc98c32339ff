import pytest

pytestmark = pytest.mark.usefixtures("no_node")


class TestDeadlines:
    def test_lists_what_the_event_sets_off(self, comity):
        ran = comity(
            "law", "deadlines", "eio", "--event", "receipt=2026-11-23T10:00:00+01:00", "--country", "NL", "--json"
        )
        assert ran.code == 0
        due = {row["id"]: row for row in ran.json["deadlines"]}
        assert due["acknowledgement"]["due"].startswith("2026-11-30")
        assert {"id", "due", "rule", "cite"} <= set(due["recognition"])

    def test_tells_people_the_local_time_and_the_article(self, comity):
        ran = comity("law", "deadlines", "eio", "--event", "receipt=2026-11-23T10:00:00+01:00", "--country", "NL")
        assert "+01:00" in ran.out
        assert "art 12(3)" in ran.out

    @pytest.mark.parametrize(
        ("language", "answered", "rule"),
        [("fr", "fr", "à compter de la réception"), ("nl", "nl", "vanaf de ontvangst"), ("de", "en", "from receipt")],
    )
    def test_speaks_the_language_asked_for_or_names_another(self, comity, language, answered, rule):
        event = "receipt=2026-11-23T10:00:00+01:00"
        asked = ("law", "deadlines", "eio", "--event", event, "--country", "NL", "--language", language)
        row = comity(*asked, "--json").json["deadlines"][0]
        assert (row["language"], row["due"]) == (answered, "2026-11-30T22:59:59Z")
        assert rule in row["rule"]
        assert rule in comity(*asked).out

    @pytest.mark.parametrize(
        ("event", "says"),
        [
            ("receipt", "NAME=TIMESTAMP"),
            ("=2026-11-23T10:00:00Z", "NAME=TIMESTAMP"),
            ("receipt=yesterday", "yesterday"),
            ("receipt=2026-11-23T10:00:00", "time zone"),
        ],
    )
    def test_a_malformed_event_is_named(self, comity, event, says):
        ran = comity("law", "deadlines", "eio", "--event", event, "--country", "NL", "--json")
        assert ran.code == 2
        assert says in ran.json["says"]

    def test_an_event_given_twice_is_refused(self, comity):
        event = "receipt=2026-11-23T10:00:00Z"
        ran = comity("law", "deadlines", "eio", "--event", event, "--event", event, "--country", "NL")
        assert (ran.code, "twice" in ran.err) == (2, True)

    @pytest.mark.parametrize(
        ("instrument", "event", "country"),
        [("no-such", "receipt", "NL"), ("eio", "no-such", "NL"), ("eio", "receipt", "UK")],
    )
    def test_unknown_words_are_bad_input(self, comity, instrument, event, country):
        ran = comity(
            "law", "deadlines", instrument, "--event", f"{event}=2026-11-23T10:00:00Z", "--country", country, "--json"
        )
        assert ran.code == 2
        assert ran.json["error"].startswith("law.")


class TestParties:
    def test_lists_who_is_bound_on_a_day(self, comity):
        ran = comity("law", "parties", "eu-eio", "--on", "2026-01-01", "--json")
        countries = {row["country"] for row in ran.json["parties"]}
        assert (ran.code, ran.json["treaty"], ran.json["on"]) == (0, "eu-eio", "2026-01-01")
        assert {"FR", "NL"} <= countries
        assert {"country", "status", "in_force"} <= set(ran.json["parties"][0])

    def test_says_so_in_french(self, comity):
        ran = comity("law", "parties", "eu-eio", "DK", "--language", "fr", "--json")
        assert "considérants 44 et 45" in ran.json["says"]

    @pytest.mark.parametrize(("country", "party"), [("FR", True), ("DK", False), ("BR", False)])
    def test_answers_for_one_country(self, comity, country, party):
        ran = comity("law", "parties", "eu-eio", country, "--on", "2026-01-01", "--json")
        assert ran.json["party"] is party

    def test_tells_people_the_source(self, comity):
        ran = comity("law", "parties", "eu-eio", "FR", "--on", "2026-01-01")
        assert ran.out.startswith("yes: ")
        assert "Source: " in ran.out

    def test_a_bad_day_is_named(self, comity):
        ran = comity("law", "parties", "eu-eio", "--on", "01.02.2026")
        assert (ran.code, "01.02.2026" in ran.err) == (2, True)

    def test_an_unknown_treaty_is_bad_input_with_near_ones(self, comity):
        ran = comity("law", "parties", "eio", "--json")
        assert ran.code == 2
        assert "eu-eio" in ran.json["next_step"]
