"""The registers of safeguards: assurances with their alarms, the ledger of later uses, competing requests."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from comity.access import queries as people
from comity.access.rules import NotAllowed, Thing
from comity.dossiers import actions, assurances, assured, competing, folding, queries, received, uses
from comity.dossiers.models import Acknowledged, Assured, Breach, Decided, Dossier, LaterUse, Stated
from comity.instruments import catalogue
from comity.law import assurances as law_assurances
from comity.law import competing as law_competing
from comity.law import speciality as law_speciality
from tests.dossiers.abroad import DEATH, EXTRADITION, Abroad, handles, surrendered, transferred
from tests.dossiers.conftest import AT, person

BREACH = "The newspapers report a death sentence."


@pytest.fixture
def olga(node):
    return person("olga", "auditor", None)


@pytest.fixture
def clerk(node):
    return person("carol", "clerk", "mla")


@pytest.fixture
def nl(node):
    return Abroad("nl-prosecution", "NL")


@pytest.fixture
def given(dossier, nl, later):
    """An assurance of the other side, given an hour after the start."""
    return nl.says(dossier.pk, "give_assurance", {"assurance": DEATH}, later(hours=1))


@pytest.fixture
def broken(dossier, nl, given, later):
    """The other side itself reports that it was not kept."""
    return nl.says(dossier.pk, "report_breach", {"assurance": given, "text": BREACH}, later(days=10))


def one(user, at, **how):
    [entry] = queries.register(user, at=at, **how)
    return entry


class TestMappings:
    """What the forms offer is what the law room knows, option by option."""

    def found(self, type):
        """The options of the first choice of a composite, wherever an instrument uses it."""
        told = set()
        for definition in catalogue.all():
            fields = [field for section in definition.sections for field in section.fields]
            fields += [field for act in definition.acts for field in act.form]
            for field in fields:
                if field.type == type:
                    told |= {option.value for option in next(one for one in field.fields if one.options).options}
        return told

    def test_every_kind_of_assurance_is_known_to_the_law_room(self):
        assert set(assured.KINDS) == self.found("assurance")
        assert set(assured.KINDS.values()) <= {kind.id for kind in law_assurances.kinds()}

    def test_every_limit_is_known_to_the_law_room(self):
        assert self.found("limit") | self.found("prior_material") == set(received.TERMS)
        assert set(received.TERMS.values()) == set(law_speciality.terms())

    def test_every_act_that_asks_for_consent_stands_in_an_instrument(self):
        questions = {act.id for one in catalogue.all() for act in one.acts if act.effect == "question"}
        assert {id for asks in uses.ASKS.values() for id in asks} | set(uses.ASKS_OTHERWISE) <= questions

    def test_every_instrument_with_speciality_of_persons_has_an_act_that_hands_over(self):
        for definition in catalogue.all():
            if definition.id not in law_speciality.instruments():
                continue
            about = {limit.about for limit in law_speciality.defaults(definition.id, giver="CH")}
            hands = {received.about(act) for act in definition.acts}
            if "person" in about and definition.id != "icc-provisional-arrest":  # the surrender follows in another one
                assert "person" in hands, definition.id


class TestAssurances:
    def test_stand_in_the_register_with_who_owes_them_and_the_next_check(self, given, alice, later):
        entry = one(alice, later(hours=2))
        assert (entry.id, entry.kind.id, entry.owed_by, entry.ours) == (given, "death_penalty", "nl-prosecution", False)
        assert (entry.standing.state, entry.standing.next_check) == ("kept", date(2026, 12, 20))
        assert entry.words == DEATH["undertaking"]
        assert (entry.confirm, entry.report) == ("confirm_assurance", "report_breach")
        assert all(reason.cite for reason in entry.standing.reasons)

    @pytest.mark.parametrize(
        ("days", "state"), [(0, "kept"), (12, "kept"), (13, "check due"), (27, "check due"), (28, "overdue")]
    )
    def test_stand_by_the_day(self, given, alice, days, state):
        assert one(alice, AT + timedelta(days=days)).standing.state == state

    def test_a_check_moves_the_next_one(self, dossier, nl, given, alice, later):
        content = {"assurance": given, "kept": True, "text": "Sentence of four years."}
        nl.says(dossier.pk, "confirm_assurance", content, later(days=20))
        entry = one(alice, later(days=21))
        assert (entry.standing.state, entry.standing.next_check) == ("kept", date(2027, 3, 13))
        assert [(found.kept, found.by, found.text) for found in entry.found] == [
            (True, "nl-prosecution", "Sentence of four years.")
        ]

    def test_ours_are_told_from_theirs(self, dossier, nl, given, alice, bob, later):
        draft = actions.begin_act(dossier, "give_assurance", by=alice, at=later(hours=2), content={"assurance": DEATH})
        actions.approve(actions.submit(draft, by=alice, at=later(hours=2)), by=bob, at=later(hours=3))
        assert [entry.ours for entry in queries.register(alice, at=later(hours=4), owes="us")] == [True]
        assert [entry.id for entry in queries.register(alice, at=later(hours=4), owes="them")] == [given]

    def test_are_filtered_by_where_they_stand(self, given, alice, later):
        assert queries.register(alice, at=later(hours=2), state="overdue") == []
        assert [entry.id for entry in queries.register(alice, at=later(days=60), state="overdue")] == [given]

    def test_are_in_the_language_of_the_reader(self, given, alice, later):
        assert one(alice, later(hours=2), language="fr").kind.title != one(alice, later(hours=2)).kind.title

    def test_are_not_seen_by_a_stranger_and_seen_by_an_auditor_who_may_do_nothing(self, given, charlie, olga, later):
        assert queries.register(charlie, at=later(hours=2)) == []
        entry = one(olga, later(hours=2))
        assert (entry.confirm, entry.report) == ("", "")

    def test_each_look_is_recorded(self, dossier, given, alice, later):
        queries.register(alice, at=later(hours=2))
        assert [
            read.user.username for read in people.reads(of=Thing("dossier", f"{dossier.pk} assurances"))
        ] == ["alice"]  # fmt: skip

    def test_what_a_peer_wrote_wrongly_is_read_with_care(self, dossier, nl, alice, later):
        wrong = {"kind": ["?"], "undertaking": 7, "first_check": "soon", "every_months": -1, "until": "0001-01-01"}
        nl.says(dossier.pk, "give_assurance", {"assurance": wrong}, later(hours=1))
        entry = one(alice, later(hours=2))
        assert (entry.kind.id, entry.words, entry.until) == ("other", "", None)
        assert entry.standing.next_check == date(2026, 11, 23) + timedelta(days=entry.kind.first_after_days)

    def test_a_finding_dated_before_the_assurance_counts_on_its_day(self, dossier, nl, given, alice, later):
        content = {"assurance": given, "kept": True, "text": "Clock of last year."}
        nl.says(dossier.pk, "confirm_assurance", content, AT - timedelta(days=365))
        assert one(alice, later(hours=2)).standing.last_check == date(2026, 11, 23)

    def test_rows_are_made_anew_from_the_acts(self, dossier, given, broken):
        def rows():
            return (
                list(Assured.objects.values_list("act", "kind", "ours", "next_check", "breached")),
                list(Breach.objects.values_list("assurance", "act", "by", "at")),
            )

        before = rows()
        assert (len(before[0]), len(before[1])) == (1, 1)
        Assured.objects.all().delete()
        Breach.objects.update(by="somebody")
        Assured.objects.create(
            dossier=dossier, act="0" * 64, kind="other", ours=True, given_at=AT, next_check=None, breached=False
        )
        actions.rebuild(dossier.pk)
        assert rows() == before


class TestAlarms:
    def test_a_breach_raises_one_until_somebody_notes_what_is_done(self, dossier, broken, alice, bob, later):
        [alarm] = queries.calls(alice, later(days=11)).alarms
        assert (alarm.act, alarm.dossier, alarm.by, alarm.ours) == (broken, dossier.pk, "nl-prosecution", False)
        assert queries.alarms(alice) == 1
        kept = actions.acknowledge(broken, note="The minister was told.", by=bob, at=later(days=11))
        assert (kept.by, kept.note, kept.at) == (bob, "The minister was told.", later(days=11))
        assert queries.calls(alice, later(days=11)).alarms == ()
        entry = one(alice, later(days=11))
        assert (entry.alarm, entry.standing.state) == (False, "breached")
        assert entry.found[0].seen == kept

    def test_our_own_report_raises_it_on_both_sides(self, dossier, nl, given, alice, bob, later):
        content = {"assurance": given, "text": BREACH}
        draft = actions.begin_act(dossier, "report_breach", by=alice, at=later(days=1), content=content)
        actions.approve(actions.submit(draft, by=alice, at=later(days=1)), by=bob, at=later(days=1))
        assert len(queries.calls(alice, later(days=2)).alarms) == 1
        nl.fetch(later(days=2))
        [theirs] = nl.state(dossier.pk).assurances
        assert [check["kept"] for check in theirs.checks] == [False]

    def test_a_check_that_finds_it_not_kept_raises_one_too(self, dossier, nl, given, alice, later):
        content = {"assurance": given, "kept": False, "text": BREACH}
        nl.says(dossier.pk, "confirm_assurance", content, later(days=2))
        assert queries.alarms(alice) == 1

    def test_a_note_is_needed(self, broken, alice, later):
        with pytest.raises(actions.NoNote):
            actions.acknowledge(broken, note="  ", by=alice, at=later(days=11))
        with pytest.raises(IntegrityError), transaction.atomic():
            Acknowledged.objects.update_or_create(
                act=broken, defaults={"dossier": Dossier.objects.get(), "note": "", "by": alice, "at": AT}
            )

    def test_the_second_note_does_not_replace_the_first(self, broken, alice, bob, later):
        actions.acknowledge(broken, note="First.", by=alice, at=later(days=11))
        assert actions.acknowledge(broken, note="Second.", by=bob, at=later(days=12)).note == "First."
        assert Acknowledged.objects.count() == 1

    def test_a_stranger_sees_none_and_an_auditor_only_reads(self, broken, charlie, olga, later):
        assert (queries.alarms(charlie), queries.alarms(olga)) == (0, 1)
        with pytest.raises(assurances.NoSuchBreach):
            queries.breach(charlie, broken, later(days=11))
        with pytest.raises(assurances.NoSuchBreach):
            actions.acknowledge(broken, note="Mine.", by=charlie, at=later(days=11))
        assert not queries.breach(olga, broken, later(days=11)).may_acknowledge
        with pytest.raises(NotAllowed):
            actions.acknowledge(broken, note="Mine.", by=olga, at=later(days=11))

    def test_checks_that_come_due_are_called(self, dossier, given, alice, later):
        assert queries.calls(alice, later(days=12)).checks == ()
        [check] = queries.calls(alice, later(days=13)).checks
        assert (check.assurance, check.dossier, check.on, check.overdue) == (
            given, dossier.pk, date(2026, 12, 20), False,
        )  # fmt: skip
        assert queries.calls(alice, later(days=28)).checks[0].overdue

    def test_a_closed_dossier_calls_for_checks_and_for_a_breach_too(self, dossier, given, alice, later):
        Dossier.objects.update(final=True)
        assert [check.assurance for check in queries.calls(alice, later(days=13)).checks] == [given]


def asked(**how):
    return uses.Asked(**{"use": "other", "purpose": "Tax case.", "on": date(2026, 12, 1), **how})


class TestReceived:
    def test_material_comes_with_the_limits_of_the_instrument_and_of_the_giver(self, dossier, nl, alice, later):
        act = transferred(dossier, nl, [{"kind": "no_passing_on"}, {"kind": "until", "until": "2027-01-31"}])
        [entered] = queries.ledger(alice, queries.received_in(alice), later(hours=4))
        thing = entered.thing
        assert (thing.act, thing.about, thing.country, thing.items) == (act, "material", "NL", ("statement.csv",))
        assert [bound.set_by for bound in thing.limits] == ["instrument", "giver", "giver"]
        assert thing.limits[2].limit.until == date(2027, 1, 31)

    def test_a_person_comes_under_speciality(self, alice, bob, mla, later):
        dossier, _abroad, act = surrendered(alice, bob, mla)
        view = queries.thing(alice, dossier.pk, act, later(hours=9))
        assert view.thing.about == "person"
        assert {bound.limit.article for bound in view.thing.limits if bound.set_by == "instrument"} == {
            "ETS 024 Art. 14(1)", "ETS 024 Art. 15",
        }  # fmt: skip
        assert view.thing.offences == ("Betrug", "Urkundenfälschung")

    def test_information_that_its_sender_restricted_is_received_by_the_request_itself(self, mla, alice, later):
        handles(mla, "spontaneous-information")
        abroad = Abroad("se-police", "SE", "spontaneous-information")
        form = catalogue.example("spontaneous-information")["form"]
        conditions = {**form.get("conditions", {}), "restrictions": [{"kind": "intelligence_only"}]}
        abroad.send(abroad.opening(AT, conditions=conditions), at=AT)
        [entered] = queries.ledger(alice, queries.received_in(alice), later(hours=1))
        assert "intelligence_only" in {bound.limit.term for bound in entered.thing.limits}
        assert {bound.set_by for bound in entered.thing.limits} == {"instrument", "request"}

    @pytest.mark.parametrize(
        ("row", "term"),
        [
            ({"kind": "until"}, "other"),
            ({"kind": "until", "until": "2027-02-30"}, "other"),
            ({"kind": "named_persons"}, "other"),
            ({"kind": "named_persons", "detail": "Ana Sol"}, "named_persons"),
            ({"kind": "of their own"}, "not_known"),
            ({}, "not_known"),
            ({"kind": 5}, "not_known"),
        ],
    )
    def test_a_limit_that_is_not_understood_is_never_no_limit(self, row, term):
        assert received.term(row) == term

    def test_what_we_handed_over_is_not_in_the_ledger(self, dossier, nl, alice, later):
        nl.says(dossier.pk, "acknowledge", {}, later(hours=1))
        assert queries.ledger(alice, queries.received_in(alice), later(hours=2)) == []

    def test_a_stranger_finds_nothing_and_each_look_is_recorded(self, dossier, nl, alice, charlie, later):
        act = transferred(dossier, nl)
        assert queries.received_in(charlie) == []
        with pytest.raises(queries.NotFound):
            queries.thing(charlie, dossier.pk, act, later(hours=4))
        with pytest.raises(uses.NothingReceived):
            queries.thing(alice, dossier.pk, "0" * 64, later(hours=4))
        queries.thing(alice, dossier.pk, act, later(hours=4))
        assert len(people.reads(of=Thing("dossier", f"{dossier.pk} received"))) == 1


class TestUses:
    @pytest.fixture
    def thing(self, dossier, nl):
        limits = [
            {"kind": "no_passing_on"},
            {"kind": "no_death_penalty"},
            {"kind": "named_persons", "detail": "Ana Sol"},
        ]
        return transferred(dossier, nl, limits)

    @pytest.fixture
    def check(self, dossier, thing, alice, later):
        view = queries.thing(alice, dossier.pk, thing, later(hours=4))
        return lambda **how: queries.check(view.thing, asked(**how))

    def test_are_held_against_every_limit(self, check):
        assert check(use="stated", persons=("ana  SOL",)).allowed == "yes"
        assert check(use="stated").allowed == "depends"  # against whom is not stated
        assert check(use="stated", persons=("Bo Ek",)).allowed == "consent"
        passed = check(use="pass_on", persons=("Ana Sol",), passed_to="BE")
        assert (passed.allowed, passed.consent_from) == ("depends", ("NL",))
        assert check(use="death_penalty", persons=("Ana Sol",)).allowed == "no"
        assert check(use="death_penalty", consented=True, reference="Letter of 3 May").allowed == "yes"

    def test_must_be_described(self, check):
        for how in ({"purpose": " "}, {"use": "try_person"}, {"use": "pass_on"}, {"consented": True}):
            with pytest.raises(actions.IncompleteUse):
                check(**how)

    def test_of_a_person_end_with_the_events_that_free(self, alice, bob, mla, later):
        dossier, _abroad, act = surrendered(alice, bob, mla)
        thing = queries.thing(alice, dossier.pk, act, later(hours=9)).thing
        other = asked(use="try_person", offences=("Insider trading",))
        assert queries.check(thing, other).allowed == "consent"
        assert queries.check(thing, uses.replace(other, stayed_days=46)).allowed == "yes"
        assert queries.check(thing, uses.replace(other, stayed_days=45)).allowed == "consent"

    def test_that_are_open_are_recorded_without_reasons(self, dossier, thing, alice, later):
        row = actions.record_use(
            dossier.pk, thing, asked(use="stated", persons=("Ana Sol",)), decision="made", by=alice, at=later(hours=5)
        )
        assert (row.verdict, row.despite, row.by, row.at) == ("yes", False, alice, later(hours=5))
        assert queries.ledger(alice, [dossier.pk], later(hours=6))[0].uses == (row,)

    def test_against_the_limits_need_a_decision_and_reasons(self, dossier, thing, alice, later):
        against = asked(use="death_penalty", persons=("Ana Sol",))
        how = {"decision": "made", "by": alice, "at": later(hours=5)}
        with pytest.raises(actions.NoDecision):
            actions.record_use(dossier.pk, thing, against, reasons="Ordered.", **how)
        with pytest.raises(actions.ReasonsMissing):
            actions.record_use(dossier.pk, thing, against, despite=True, reasons=" ", **how)
        row = actions.record_use(dossier.pk, thing, against, despite=True, reasons="Ordered by the court.", **how)
        assert (row.verdict, row.despite, row.reasons) == ("no", True, "Ordered by the court.")
        assert row.finding["allowed"] == "no"

    def test_against_the_limits_cannot_slip_past_the_database(self, dossier, thing, alice):
        row = {
            "dossier": dossier, "act": thing, "about": "material", "use": "other", "purpose": "x",
            "on": date(2026, 12, 1), "asked": {}, "finding": {}, "by": alice, "at": AT, "decision": "made",
        }  # fmt: skip
        for wrong in ({"verdict": "no"}, {"verdict": "no", "reasons": "x"}, {"verdict": "depends", "despite": True}):
            with pytest.raises(IntegrityError), transaction.atomic():
                LaterUse.objects.create(**row, **wrong)

    def test_not_made_is_recorded_with_reasons(self, dossier, thing, alice, later):
        how = {"decision": "not-made", "by": alice, "at": later(hours=5)}
        with pytest.raises(actions.ReasonsMissing):
            actions.record_use(dossier.pk, thing, asked(), **how)
        assert actions.record_use(dossier.pk, thing, asked(), reasons="No consent.", **how).decision == "not-made"

    def test_a_correction_stands_beside_what_it_corrects(self, dossier, thing, alice, bob, later):
        how = {"decision": "not-made", "reasons": "No consent.", "at": later(hours=5)}
        first = actions.record_use(dossier.pk, thing, asked(), by=alice, **how)
        second = actions.record_use(dossier.pk, thing, asked(purpose="Tax case 7."), corrects=first.pk, by=bob, **how)
        [entered] = queries.ledger(alice, [dossier.pk], later(hours=6))
        assert [row.pk for row in entered.uses] == [first.pk, second.pk]
        assert entered.uses[0].corrected_by == second
        with pytest.raises(uses.CannotCorrect):
            actions.record_use(dossier.pk, thing, asked(), corrects=first.pk, by=alice, **how)

    def test_are_recorded_by_those_who_may_send(self, dossier, thing, clerk, olga, charlie, later):
        how = {"decision": "not-made", "reasons": "No.", "at": later(hours=5)}
        for user, error in ((clerk, NotAllowed), (olga, NotAllowed), (charlie, queries.NotFound)):
            with pytest.raises(error):
                actions.record_use(dossier.pk, thing, asked(), by=user, **how)
        assert queries.thing(clerk, dossier.pk, thing, later(hours=5)).may_ask

    def test_asking_for_consent_begins_the_act_and_is_kept(self, alice, bob, mla, later):
        dossier, _abroad, act = surrendered(alice, bob, mla)
        other = asked(use="try_person", purpose="Prosecution for insider trading of 2023.")
        row, draft = actions.ask_consent(dossier.pk, act, other, by=alice, at=later(hours=9))
        assert (draft.act_type, draft.content) == ("ask_speciality", {"asks": other.purpose})
        assert (row.decision, row.draft, row.verdict) == ("consent-asked", draft, "depends")
        assert queries.asking_title(dossier, "hand_on") == "Ask for consent to extradition to another State"

    def test_a_closed_dossier_asks_nobody(self, dossier, nl, thing, alice, bob, later):
        for hours, (type, content) in enumerate((("withdraw", {"reasons": "Solved."}), ("close", {})), start=5):
            draft = actions.begin_act(dossier, type, by=alice, at=later(hours=hours), content=content)
            actions.approve(actions.submit(draft, by=alice, at=later(hours=hours)), by=bob, at=later(hours=hours))
        assert folding.fold(Dossier.objects.get()).state.final
        with pytest.raises(uses.NobodyToAsk):
            actions.ask_consent(dossier.pk, thing, asked(), by=alice, at=later(hours=7))


@pytest.fixture
def wanted(mla):
    """Two States want the same person from us; the dossiers."""
    handles(mla, EXTRADITION)
    found = []
    for hours, (authority, country) in enumerate((("ch-central", "CH"), ("rs-central", "RS"))):
        abroad = Abroad(authority, country, EXTRADITION)
        abroad.send(abroad.opening(AT + timedelta(hours=hours)), at=AT + timedelta(hours=hours))
        found.append(Dossier.objects.get(pk=f"{authority}-2026-0001"))
    return found


@pytest.fixture
def beside(wanted, alice, later):
    return actions.open_competition(
        [one.pk for one in wanted], person="Noh Min-jae", nationality=["KR"], by=alice, at=later(hours=2)
    )


class TestCompeting:
    def test_dossiers_say_what_they_know(self, wanted):
        told = competing.told_by(wanted[0])
        assert (told["by"], told["instrument"], told["offence"]) == ("CH", EXTRADITION, "Betrug")
        assert (told["maximum_months"], told["received_on"]) == (120, "2026-11-23")

    def test_the_other_request_for_the_person_is_offered_first(self, wanted, alice):
        assert [(one.dossier.pk, one.likely) for one in queries.candidates(alice, wanted[0])] == [
            ("rs-central-2026-0001", True)
        ]

    def test_are_laid_side_by_side_with_what_the_text_asks(self, beside, wanted, alice, later):
        view = queries.competition(alice, beside.pk, later(hours=3))
        assert [one.id for one in view.requests] == [one.pk for one in wanted]
        assert "coe-extradition" in {text.id for text in view.comparison.texts}
        assert len(view.comparison.timeline) == 4
        assert "Place where the offences were committed" in view.comparison.open

    def test_statements_answer_what_is_open_and_stay(self, beside, alice, bob, later):
        for number in (1, 2):
            told = queries.competition(alice, beside.pk, later(hours=3)).requests[number - 1].told
            actions.state_request(beside.pk, number, {**told, "committed_in": ["KR"]}, by=bob, at=later(hours=3))
        view = queries.competition(alice, beside.pk, later(hours=4))
        assert "Place where the offences were committed" not in view.comparison.open
        assert [(one.by.username, "committed_in" in one.told) for one in view.requests[0].statements] == [
            ("alice", False), ("bob", True),
        ]  # fmt: skip
        assert actions.state_request(beside.pk, 1, view.requests[0].told, by=bob, at=later(hours=5)) is None
        assert Stated.objects.count() == 4

    def test_a_request_that_we_were_told_of_competes_too(self, beside, alice, later):
        court = {"by": "ICC", "instrument": "icc-arrest-surrender", "received_on": "2026-11-24", "admissible": True}
        actions.add_request(beside.pk, court, by=alice, at=later(days=2))
        view = queries.competition(alice, beside.pk, later(days=2))
        assert view.requests[2].id == "ICC-3"
        assert view.comparison.priorities
        with pytest.raises(law_competing.BadRequest):
            actions.add_request(beside.pk, {"by": "ICC"}, by=alice, at=later(days=2))

    def test_a_request_is_taken_out_and_brought_back(self, beside, wanted, alice, later):
        actions.remove_request(beside.pk, 2, by=alice, at=later(hours=3))
        view = queries.competition(alice, beside.pk, later(hours=3))
        assert (len(view.requests), len(view.removed), view.comparison) == (1, 1, None)
        with pytest.raises(competing.LastDossier):
            actions.remove_request(beside.pk, 1, by=alice, at=later(hours=3))
        actions.restore_request(beside.pk, 2, by=alice, at=later(hours=4))
        actions.remove_request(beside.pk, 2, by=alice, at=later(hours=4))
        actions.add_dossier(beside.pk, wanted[1].pk, by=alice, at=later(hours=5))
        assert len(queries.competition(alice, beside.pk, later(hours=5)).requests) == 2

    def test_a_decision_keeps_what_it_rested_on_and_a_later_one_takes_its_place(self, beside, alice, bob, later):
        how = {"by": bob, "at": later(hours=3)}
        with pytest.raises(competing.NoReasons):
            actions.decide(beside.pk, first=1, reasons=" ", after=None, **how)
        one = actions.decide(beside.pk, first=1, reasons="The offence was committed there.", after=None, **how)
        assert {request["id"] for request in one.basis["requests"]} == {"ch-central-2026-0001", "rs-central-2026-0001"}
        with pytest.raises(competing.Superseded):
            actions.decide(beside.pk, first=2, reasons="No.", after=None, by=alice, at=later(hours=4))
        two = actions.decide(beside.pk, first=None, reasons="New facts.", after=one.pk, by=alice, at=later(hours=4))
        assert list(queries.competition(alice, beside.pk, later(hours=5)).decisions) == [two, one]
        assert two.replaces == one
        with pytest.raises(IntegrityError), transaction.atomic():
            Decided.objects.create(competition=beside, reasons="", basis={}, by=bob, at=AT)

    def test_are_seen_only_by_those_who_may_see_every_dossier(self, beside, wanted, alice, charlie, olga, later):
        with pytest.raises(competing.NoCompetition):
            queries.competition(charlie, beside.pk, later(hours=3))
        assert queries.competition(olga, beside.pk, later(hours=3)).may_change is False
        wanted[1].unit = people.unit("cyber")
        wanted[1].save(update_fields=["unit"])
        for user in (alice, charlie):  # each may see one of the two
            assert queries.competitions(user) == []
            with pytest.raises(competing.NoCompetition):
                queries.competition(user, beside.pk, later(hours=3))
        assert queries.competitions(olga) == [beside]

    def test_are_decided_by_those_who_may_send(self, beside, clerk, olga, later):
        for user in (clerk, olga):
            with pytest.raises(NotAllowed):
                actions.decide(beside.pk, first=1, reasons="Mine.", after=None, by=user, at=later(hours=3))
        assert queries.competition(clerk, beside.pk, later(hours=3)).may_change

    def test_each_look_is_recorded_for_each_dossier(self, beside, wanted, alice, later):
        queries.competition(alice, beside.pk, later(hours=3))
        assert [len(people.reads(of=Thing("dossier", f"{one.pk} competing"))) for one in wanted] == [1, 1]

    def test_nobody_begins_one_with_a_dossier_of_another_unit(self, wanted, charlie, later):
        with pytest.raises(queries.NotFound):
            actions.open_competition([wanted[0].pk], person="X", by=charlie, at=later(hours=2))
