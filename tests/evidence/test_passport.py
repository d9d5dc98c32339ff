"""The passport: what is there, what is missing, by which text; never a verdict."""

from dataclasses import replace
from datetime import date

import pytest

from comity.access.handling import Handling
from comity.evidence import chain, passport
from comity.evidence.passport import About
from comity.evidence.values import CustodyFacts, ItemFacts, TakingFacts
from comity.law import parties
from comity.law.calendars import UnknownCountry
from tests.dossiers.conftest import AT

ON = date(2026, 11, 23)
TAKEN = TakingFacts(at=AT, where="Rouen", by="Captain Morel", from_whom="Paul Vidal", power="search warrant")
FIRST = chain.Entry(
    "fr-central", "c-2026-0001/1", 1, chain.FIRST_PREVIOUS, "taken", AT, AT, "alice", "Alice Martin",
    from_whom="Paul Vidal", to_whom="fr-central",
)  # fmt: skip


def custody(*entries):
    told, previous = [], chain.FIRST_PREVIOUS
    for one in entries or (FIRST,):
        raw = chain.write(replace(one, previous=previous))
        previous = chain.hash_of(raw)
        told.append(
            CustodyFacts(one.item, one.number, one.what, AT, AT, one.name, raw, previous, one.previous, one.from_whom)
        )
    return told


def item(**more):
    told = {"ref": "c-2026-0001/1", "authority": "fr-central", "number": 1, "title": "Ledger", "kind": "document",
            "sha256": "ab" * 32, "taking": TAKEN, "language": "fr", "holder": "fr-central"}  # fmt: skip
    return ItemFacts(**told | more)


def rows(receiver="DE", about=None, entries=(), **more):
    about = about or About(country="FR", checked_at=AT, intact=True)
    chained = custody(*entries)
    made = passport.make(item(custody_head=chained[-1].hash, **more), chained, about, receiver, on=ON)
    return {row.key: row for row in made.rows}


class TestFacts:
    def test_what_is_whole_is_there(self):
        found = rows()
        keys = ("taken", "power", "way", "chain", "bytes", "original", "passing-on", "evidence")
        assert {key: found[key].status for key in keys} == dict.fromkeys(keys, "there")

    @pytest.mark.parametrize("lost", ["by", "where", "at"])
    def test_each_part_of_the_taking_is_asked_for(self, lost):
        found = rows(taking=replace(TAKEN, **{lost: None if lost == "at" else ""}))
        assert found["taken"].status == "missing"
        assert [one.says for one in found["taken"].reasons] == [passport.LACKS[lost]]
        assert found["formalities"].status == "missing"

    def test_a_power_is_asked_for(self):
        assert rows(taking=replace(TAKEN, power=""))["power"].status == "missing"

    def test_a_gap_is_open_and_a_broken_chain_stands_against(self):
        moved = replace(FIRST, number=2, what="moved", from_whom="Customs", to_whom="Room 5")
        assert rows(entries=(FIRST, moved))["chain"].status == "open"
        chained = custody()
        made = passport.make(item(custody_head="0" * 64), chained, About(country="FR"), "DE", on=ON)
        assert {row.key: row.status for row in made.rows}["chain"] == "against"

    @pytest.mark.parametrize(
        ("about", "status"),
        [
            (About(country="FR"), "open"),
            (About(country="FR", checked_at=AT, intact=True), "there"),
            (About(country="FR", checked_at=AT, intact=False), "against"),
        ],
    )
    def test_bytes_are_confirmed_or_not(self, about, status):
        assert rows(about=about)["bytes"].status == status

    def test_a_thing_needs_a_seal_and_no_language(self):
        found = rows(kind="device", physical=True, sha256="", seal="")
        assert (found["bytes"].status, found["language"].status) == ("missing", "there")
        assert rows(kind="device", physical=True, sha256="", seal="S-1")["bytes"].status == "there"

    def test_a_derived_item_leads_back_to_its_source(self):
        source = item(ref="c-2026-0001/9")
        about = About(country="FR", checked_at=AT, intact=True, sources=(source,))
        made = replace(FIRST, what="made", from_whom="Jane Hill")
        assert rows(about=about, entries=(made,), derived_from=(source.ref,))["original"].status == "there"
        gone = replace(about, sources=(replace(source, state="destroyed"),))
        assert rows(about=gone, entries=(made,), derived_from=(source.ref,))["original"].status == "open"

    def test_language_of_the_receiver(self):
        assert rows("DE")["language"].status == "missing"
        assert rows("DE", language="de")["language"].status == "there"
        assert rows("DE", language="")["language"].status == "unknown"
        translated = About(country="FR", checked_at=AT, intact=True, translations=("de",))
        assert rows("DE", about=translated)["language"].status == "there"
        assert rows("TV")["language"].status == "unknown"


class TestLimits:
    def test_h1_stands_against_evidence_and_h2_against_going_there(self):
        found = rows(handling=Handling("nl-om", frozenset({"H1", "H2"})), originator="nl-om")
        assert (found["evidence"].status, found["passing-on"].status) == ("against", "against")
        assert found["limits"].status == "against"

    def test_consent_opens_the_way(self):
        about = About(country="FR", giver="NL", checked_at=AT, intact=True, consented=True)
        found = rows(about=about, handling=Handling("nl-om", frozenset({"H2"})), originator="nl-om")
        assert found["passing-on"].status == "there"

    def test_back_to_its_giver_it_may_go(self):
        about = About(country="FR", giver="NL")
        found = rows("NL", about=about, handling=Handling("nl-om", frozenset({"H2"})), originator="nl-om")
        assert found["passing-on"].status == "there"

    @pytest.mark.parametrize(
        ("told", "status"),
        [("yes", "there"), ("no", "against"), ("consent", "against"), ("depends", "open"), ("none", "unknown")],
    )
    def test_what_the_limits_of_the_act_say_of_evidence(self, told, status):
        about = About(country="FR", giver="NL", evidence=told)
        assert rows(about=about, originator="nl-om")["evidence"].status == status


class TestTexts:
    def test_only_texts_that_bind_both_are_cited(self):
        german = {reason.article for row in rows("DE").values() for reason in row.reasons}
        assert "Directive 2014/41/EU Art. 9(2)" in german
        american = {reason.article for row in rows("US").values() for reason in row.reasons}
        assert "Directive 2014/41/EU Art. 9(2)" not in american
        assert "UNTOC Art. 18(17)" in american

    def test_the_court_asks_its_own(self):
        articles = {reason.article for row in rows("ICC").values() for reason in row.reasons}
        assert {"Rome Statute Art. 69(7)", "Rome Statute Art. 69(8)"} <= articles

    def test_the_law_of_evidence_there_is_said_not_to_be_known(self):
        assert rows()["own-law"].status == "unknown"

    def test_an_unknown_country_is_refused(self):
        with pytest.raises(UnknownCountry):
            rows("QQ")

    def test_every_treaty_and_source_of_the_data_is_known(self):
        told = passport.data()
        for treaty, needs in told.treaties.items():
            assert parties.treaty(treaty).id == treaty
            assert all(need.confidence == "memory" or need.source != "mem" for need in needs)
        used = {need.source for group in (told.treaties, told.courts) for rows_ in group.values() for need in rows_}
        assert used == set(told.sources)

    def test_no_sentence_says_that_it_is_admissible(self):
        for receiver in ("DE", "US", "ICC"):
            said = " ".join(reason.says for row in rows(receiver).values() for reason in row.reasons)
            assert "admissible" not in said.lower()
