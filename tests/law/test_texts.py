"""The room in other languages: the same findings, in the words of the official versions."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law import calendars, deadlines, parties, reading, reckoning, roll, texts
from comity.law.reckoning import Period
from tests.law.scenario import told

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OTHERS = tuple(language for language in texts.languages() if language != "en")
LAWS = tuple(line.law for instrument in deadlines.instruments() for line in deadlines.of(instrument))


def reckoned(given, language):
    event, country = datetime.fromisoformat(given["event"]), given["country"]
    if "law" in given:
        return deadlines.due(given["law"], started_at=event, country=country, language=language)
    ((unit, count),) = given["period"].items()
    return deadlines.due_by_hand(
        Period(unit, count), started_at=event, country=country, rule=given["rule"], language=language
    )


def untranslated(language):
    """The mark of a text that is told in English, such as "(texte anglais)"."""
    return texts.of(language).marked("").strip()


class TestScenarios:
    @pytest.mark.parametrize(("given", "expect"), told("french"))
    def test_in_french(self, given, expect):
        due = reckoned(given, "fr")
        local = due.at and due.at.astimezone(calendars.zone(given["country"])).isoformat()
        assert (local, due.words) == (expect.get("due"), expect.get("words"))
        assert due.cite == expect.get("cite", due.cite)
        assert due.cite in due.rule
        assert due.says.startswith(expect.get("says", ""))
        assert due.notes == tuple(expect.get("notes", due.notes))
        for phrase in expect["because"]:
            assert phrase in due.rule

    @pytest.mark.parametrize("language", OTHERS)
    @pytest.mark.parametrize(("given", "expect"), told("deadlines"))
    def test_end_at_the_same_moment_in_every_language(self, given, expect, language):
        english, other = reckoned(given, "en"), reckoned(given, language)
        assert (other.at, other.period, other.confidence) == (english.at, english.period, english.confidence)
        assert [step.name for step in other.steps] == [step.name for step in english.steps]
        assert not {english.rule, english.says, english.cite, english.words} & {other.rule, other.says, other.cite}
        assert untranslated(language) not in " ".join([other.rule, other.says, *other.notes])

    @pytest.mark.parametrize("language", OTHERS)
    @pytest.mark.parametrize(("given", "expect"), told("parties"))
    def test_bind_the_same_countries_in_every_language(self, given, expect, language):
        english, other = (
            parties.is_party(given["treaty"], given["country"], given["on"], language=each) for each in ("en", language)
        )
        assert (other.answer, other.since, other.until, other.source) == (
            english.answer,
            english.since,
            english.until,
            english.source,
        )
        assert other.says != english.says
        assert untranslated(language) not in other.says

    @pytest.mark.parametrize(
        ("treaty", "country", "on", "says"),
        [
            ("rome-statute", "NL", TODAY, "Le Statut de Rome lie NL depuis le 1er juillet 2002."),
            ("untoc", "BR", date(2004, 2, 27), "ne lie BR qu'à partir du 28 février 2004."),
            ("rome-statute", "US", TODAY, "signataire sans être partie, d'après la liste (novembre 2026)."),
            ("rome-statute", "HU", TODAY, "ne lie plus HU depuis le 2 juin 2026. Remarque : retrait effectif"),
        ],
    )
    def test_tell_who_is_bound_in_french(self, treaty, country, on, says):
        assert says in parties.is_party(treaty, country, on, language="fr").says

    def test_tell_the_notes_of_a_list_in_french(self):
        found = {party.country: party for party in parties.parties("eu-2023-977", TODAY, language="fr")}
        assert found["CH"].note.startswith("associé à Schengen")
        assert [party.country for party in parties.parties("eu-2023-977", TODAY)] == list(found)

    @pytest.mark.parametrize(
        ("language", "day", "country", "why"),
        [
            ("fr", date(2026, 4, 27), "NL", "fête du Roi"),
            ("nl", date(2026, 7, 14), "FR", "nationale feestdag"),
            ("pt", date(2026, 11, 22), "NL", "domingo"),
            ("fr", date(2028, 5, 25), "FR", "Ascension"),
            ("fr", date(2026, 11, 6), "MA", "La marche verte"),  # the country's own calendar speaks French
            ("fr", date(2026, 8, 20), "HU", "State Foundation Day (texte anglais)"),
            ("en", date(2026, 8, 20), "HU", "State Foundation Day"),
            ("fr", date(2026, 11, 23), "NL", None),
        ],
    )
    def test_name_a_day_off(self, language, day, country, why):
        assert calendars.day_off(day, country, language=language) == why


class TestAlways:
    @given(
        st.datetimes(datetime(2027, 3, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.sampled_from(["NL", "FR", "BR", "HU", "ICC"]),
        st.sampled_from(LAWS),
        st.sampled_from([*OTHERS, "fr-BE", "pt_BR", "de", "../en", ""]),
    )
    def test_the_language_never_changes_when_a_deadline_ends(self, moment, country, law, language):
        english = deadlines.due(law, started_at=moment, country=country)
        other = deadlines.due(law, started_at=moment, country=country, language=language)
        assert (other.at, other.event, other.source) == (english.at, english.event, english.source)
        assert (other.language == "en") == (other.rule == english.rule)

    @given(
        st.datetimes(datetime(2025, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.sampled_from(reckoning.UNITS),
        st.integers(1, 90),
        st.sampled_from(OTHERS),
    )
    def test_nor_when_a_period_set_by_hand_ends(self, moment, unit, count, language):
        english, other = (
            deadlines.due_by_hand(
                Period(unit, count), started_at=moment, country="FR", rule="eu-1182-71", language=each
            )
            for each in ("en", language)
        )
        assert other.at == english.at
        assert english.rule != other.rule


def facts():
    """Every English text of the room's data."""
    for instrument in deadlines.instruments():
        for line in deadlines.of(instrument):
            yield line.says
            for value in line.values:
                yield from filter(None, [value.words, value.note])
    for rule in reckoning.rules().values():
        yield from (step.says for step in rule.steps.values())
    yield from (note for country in calendars.countries() for note in calendars.notes(country))
    book = roll.book(reading.DATA)
    for rows in (*book.rows.values(), *book.absent.values()):
        yield from (row.note for row in rows.values() if row.note)


def cites():
    for instrument in deadlines.instruments():
        yield from (value.cite for line in deadlines.of(instrument) for value in line.values)
    yield from (step.cite for rule in reckoning.rules().values() for step in rule.steps.values())


@pytest.mark.parametrize("language", OTHERS)
class TestALanguage:
    def test_has_every_text_of_the_data(self, language):
        to = texts.of(language)
        assert [text for text in set(facts()) if untranslated(language) in to.text(text)] == []

    def test_has_every_sentence_with_the_same_places(self, language):
        own = texts.of(language).catalogue
        for key, english in texts.of("en").sentences.items():
            found = own.translated(english, key)
            assert found is not None, key
            assert texts.places(found) == texts.places(english), key

    def test_has_every_event(self, language):
        own = texts.of(language).catalogue
        events = {event for instrument in deadlines.instruments() for event in deadlines.events(instrument)}
        assert sorted(one for one in events if own.translated(f"from {one.replace('_', ' ')}") is None) == []

    def test_cites_every_text_by_its_own_name(self, language):
        to = texts.of(language)
        articles = [cite for cite in cites() if re.search(r" arts? \d", cite)]
        assert [cite for cite in articles if re.search(r" arts? \d", to.cite(cite))] == []
        english = ("Directive 2014/41/EU art", "Rome Statute", " and ", "subparagraph", "no rule", " arts ")
        assert [cite for cite in cites() if any(word in to.cite(cite) for word in english)] == []

    @pytest.mark.parametrize("country", ["NL", "FR", "BR", "BE", "DE", "LU", "ICC"])
    def test_names_every_holiday_of_the_federation(self, language, country):
        days = [day for year in range(2017, 2045) for day in calendars.holidays(country, year)]
        named = {calendars.holiday(day, country, language=language) for day in days}
        assert [name for name in named if untranslated(language) in name] == []


class TestWhatALanguageLacks:
    @pytest.mark.parametrize(("asked", "answered"), [("fr-BE", "fr"), ("PT_br", "pt"), ("de", "en"), ("", "en")])
    def test_is_answered_by_the_nearest_and_named(self, asked, answered):
        due = deadlines.due("eio/recognition", started_at=AT, country="FR", language=asked)
        assert due.language == answered
        assert due.as_json()["language"] == answered

    def test_is_told_in_english_and_marked(self, tmp_path):
        (tmp_path / "deadlines").mkdir()
        (tmp_path / "deadlines" / "example.yaml").write_text(
            "instrument: example\ntitle: An invented convention\nrule: calendar\nlines:\n  consult:\n"
            "    says: Consult the parrot\n    values:\n"
            "      2024-01-01: {days: 7, from: full_moon, cite: Convention art 7, source: own, confidence: memory}\n"
            "sources:\n  own: {title: Invented}\n"
        )
        due = deadlines.due("example/consult", started_at=AT, country="FR", language="fr", folder=tmp_path)
        assert due.says == "Consult the parrot (texte anglais)"
        assert due.rule.startswith("7 jours à compter de l'événement suivant : full moon (Convention, art. 7)")

    def test_may_be_a_sentence(self, folder):
        (folder / "fr.yaml").write_text(OWN)
        assert texts.of("fr", folder=folder).say("greet", name="Alice") == "Hello, Alice (anglais)"

    def test_may_be_a_text_with_several_days(self):
        assert texts.of("fr").text("read on 2020-01-01 and 2021-01-01").endswith("(texte anglais)")

    def test_a_text_with_two_days_keeps_both_in_their_order(self):
        told = texts.of("es").text("signed 2001-06-28; still not a party on 2026-09-09")
        assert told.index("2001") < told.index("2026")
        assert "28 de junio" in told


ENGLISH = """\
language: en
dates: {day: yyyy-MM-dd, weekday: EEEE, month: yyyy-MM, time: HH:mm}
sentences: {greet: "Hello, {name}"}
"""
OWN = """\
language: fr
dates: {day: d MMMM y, weekday: EEEE, month: MMMM y, time: HH:mm}
untranslated: "{text} (anglais)"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "en.yaml").write_text(ENGLISH)
    return tmp_path


class TestABadFile:
    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("language: fr", "language: nl", "fr.yaml, line 1: the file is named fr, not nl"),
            ("untranslated:", "sentences: {greet: Salut}\nuntranslated:", "line 3: sentences stand in en.yaml"),
            ("time: HH:mm", "times: HH:mm", "line 2: 'times' is not a key .*Allowed here: day, weekday, month, time"),
        ],
    )
    def test_names_the_fault(self, folder, old, new, says):
        assert old in OWN
        (folder / "fr.yaml").write_text(OWN.replace(old, new))
        with pytest.raises(reading.LawFaults, match=says):
            texts.of("fr", folder=folder)
