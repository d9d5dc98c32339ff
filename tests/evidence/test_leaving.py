"""What may not be passed on cannot be put into an act: neither as an item, nor by the same bytes once more."""

import io
from datetime import date, timedelta

import pytest

from comity.access.handling import Handling
from comity.access.rules import NotAllowed
from comity.dossiers import actions as dossiers
from comity.dossiers import queries as known
from comity.dossiers.uses import Asked
from comity.evidence import actions, queries
from comity.evidence.sight import NotFound
from comity.exchange.queries import verify_log
from tests.dossiers.abroad import Abroad
from tests.dossiers.conftest import AT
from tests.dossiers.peer import Peer
from tests.dossiers.test_receiving import ACKNOWLEDGED
from tests.evidence.conftest import take

LATER = AT + timedelta(hours=6)
STATEMENT = b"account;amount\n"


@pytest.fixture
def nl(node):
    return Abroad("nl-prosecution", "NL")


@pytest.fixture
def be(node):
    return Peer("be-prosecution", "BE", AT)


@pytest.fixture
def to_be(be, alice, mla, form):
    """A complete draft that would go to Belgium."""
    return dossiers.start(
        "eio", to="be-prosecution", unit=mla, by=alice, at=AT, language="en", form=form["form"], facts=form["facts"]
    )


def brought(dossier, nl, limits=()):
    """The document of an act by which the Netherlands handed over a statement; its number here."""
    for hours, (type, content) in enumerate((("acknowledge", ACKNOWLEDGED), ("recognise", {"scope": "full"})), 1):
        nl.says(dossier.pk, type, content, AT + timedelta(hours=hours))
    item, manifest, sealed = nl.item(STATEMENT)
    content = {"items": [item], "description": "Statements of the account.", "limits": list(limits)}
    nl.says(dossier.pk, "transfer_part", content, AT + timedelta(hours=3))
    nl.deliver_blob(manifest, sealed, AT + timedelta(hours=4))


def document(user, dossier):
    return known.dossier(user, dossier.pk, LATER).items[0].id


def upload(draft, user, content):
    return dossiers.attach(draft, name="x.csv", media_type="text/csv", stream=io.BytesIO(content), by=user, at=LATER)


def submitted(draft, user):
    return dossiers.submit(draft, by=user, at=LATER)


def stops(draft):
    return [one.rule for one in known.preflight(draft, on=LATER.date()).findings if one.severity == "stop"]


class TestFromAnAct:
    def test_limits_of_the_act_become_handling(self, dossier, nl, case, alice):
        brought(dossier, nl, [{"kind": "no_passing_on"}, {"kind": "intelligence_only"}])
        row = actions.from_attachment(document(alice, dossier), case, by=alice, at=LATER)
        assert row.handling["originator"] == "nl-prosecution"
        assert set(row.handling["codes"]) == {"H1", "H2"}
        assert (row.originator, row.country, row.dossier, row.instrument) == (
            "nl-prosecution", "NL", dossier.pk, "eio",
        )  # fmt: skip

    def test_shares_the_bytes(self, dossier, nl, case, alice):
        brought(dossier, nl)
        row = actions.from_attachment(document(alice, dossier), case, by=alice, at=LATER)
        _, pieces = queries.open_bytes(alice, row.ref, LATER)
        assert b"".join(pieces) == STATEMENT
        assert row.blob == known.attachment(alice, document(alice, dossier)).blob
        assert [one.what for one in queries.custody(alice, row.ref, LATER).entries] == ["received"]

    def test_handling_is_only_added_to(self, dossier, nl, case, alice):
        brought(dossier, nl, [{"kind": "no_passing_on"}])
        wish = Handling("", frozenset({"TLP:RED"}), consents=frozenset({"be-prosecution"}))
        row = actions.from_attachment(document(alice, dossier), case, by=alice, at=LATER, handling=wish)
        assert {"H2", "TLP:RED"} <= set(row.handling["codes"])
        assert "consents" not in row.handling

    def test_our_own_document_is_none_of_theirs(self, draft, case, alice):
        ours = upload(draft, alice, b"ours")
        with pytest.raises(actions.NotReceived):
            actions.from_attachment(ours.pk, case, by=alice, at=LATER)

    def test_a_stranger_to_the_dossier_finds_nothing(self, dossier, nl, case, alice, charlie):
        brought(dossier, nl)
        with pytest.raises(known.NotFound):
            actions.from_attachment(document(alice, dossier), case, by=charlie, at=LATER)

    def test_destroyed_it_is_gone_from_the_dossier_too_and_the_act_stays(
        self, dossier, nl, case, alice, bob, django_capture_on_commit_callbacks
    ):
        from comity.dossiers.filing import WasErased

        brought(dossier, nl)
        row = actions.from_attachment(document(alice, dossier), case, by=alice, at=LATER)
        found = actions.propose(
            row, kind="destroy", reasons="It was asked back.", asked_by="Letter", by=alice, at=LATER
        )
        with django_capture_on_commit_callbacks(execute=True):
            actions.approve(found, by=bob, at=LATER)
        item = known.dossier(alice, dossier.pk, LATER).items[0]
        assert (item.state, item.sha256) == ("erased", row.sha256)
        with pytest.raises(WasErased):
            known.open_attachment(alice, item.id, LATER)
        assert verify_log().faults == ()


class TestPassOn:
    @pytest.fixture
    def kept(self, case, alice, be):
        """An item that the Netherlands gave and does not want passed on."""
        return take(case, alice, content=b"kept", handling=Handling("nl-prosecution", frozenset({"H2"})))

    def test_our_own_goes_and_the_chain_says_so(self, case, alice, to_be):
        row = take(case, alice, content=b"free")
        attached = actions.attach_to_draft(row, to_be.pk, by=alice, at=LATER)
        assert (attached.blob, attached.sha256) == (row.blob, row.sha256)
        entry = queries.custody(alice, row.ref, LATER).entries[-1]
        assert (entry.what, entry.to_whom, entry.sha256) == ("sent", "be-prosecution", row.sha256)
        assert "dossiers.may-not-leave" not in stops(to_be)

    def test_what_is_kept_does_not_go(self, kept, to_be, alice):
        with pytest.raises(NotAllowed) as refused:
            actions.attach_to_draft(kept, to_be.pk, by=alice, at=LATER)
        assert refused.value.fields["rule"] == "originator-decides"
        assert known.draft(alice, to_be.pk, LATER).attachments == ()

    def test_nor_do_the_same_bytes_uploaded_again(self, kept, to_be, alice):
        upload(to_be, alice, b"kept")
        with pytest.raises(dossiers.NotReady) as refused:
            submitted(to_be, alice)
        assert refused.value.fields["findings"][0].rule == "dossiers.may-not-leave"
        assert "H2" in refused.value.fields["findings"][0].says

    def test_nor_by_somebody_who_cannot_see_the_item(self, kept, be, charlie, node, form):
        from comity.access import queries as people

        handles = people.unit("cyber")
        handles.handles = ["police-info", "eio"]
        handles.save()
        theirs = dossiers.start("eio", to="be-prosecution", unit=handles, by=charlie, at=AT, form=form["form"],
                                facts=form["facts"], language="en")  # fmt: skip
        upload(theirs, charlie, b"kept")
        assert "dossiers.may-not-leave" in stops(theirs)

    def test_nor_by_a_copy_of_it(self, kept, to_be, alice):
        made = actions.derive(
            [kept], way="translation", title="In French", person="Jane Hill", by=alice, at=LATER,
            stream=io.BytesIO(b"en francais"), name="fr.txt",
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            actions.attach_to_draft(made, to_be.pk, by=alice, at=LATER)
        upload(to_be, alice, b"en francais")
        assert "dossiers.may-not-leave" in stops(to_be)

    def test_nor_when_it_became_bound_after_submitting(self, case, draft, alice, bob):
        upload(draft, alice, b"later bound")
        submitted(draft, alice)
        take(case, alice, content=b"later bound", handling=Handling("es-court", frozenset({"H2"})))
        with pytest.raises(dossiers.NotReady) as refused:
            dossiers.approve(draft, by=bob, at=LATER)
        assert refused.value.fields["findings"][0].rule == "dossiers.may-not-leave"

    def test_consent_frees_it_for_that_authority_alone(self, kept, to_be, alice):
        assert actions.may_leave([kept.sha256], "be-prosecution")
        actions.permit(kept, to="be-prosecution", reference="Letter of 22 November", by=alice, at=LATER)
        actions.attach_to_draft(kept, to_be.pk, by=alice, at=LATER)
        assert "dossiers.may-not-leave" not in stops(to_be)
        assert actions.may_leave([kept.sha256], "be-prosecution") == []
        assert actions.may_leave([kept.sha256], "es-court")

    def test_to_its_originator_it_may_go(self, kept):
        assert actions.may_leave([kept.sha256], "nl-prosecution") == []

    def test_a_reader_does_not_pass_on_and_a_stranger_does_not_know(self, case, to_be, alice, dora, charlie):
        row = take(case, alice, content=b"free")
        with pytest.raises(NotAllowed):
            actions.attach_to_draft(row, to_be.pk, by=dora, at=LATER)
        with pytest.raises((NotFound, known.NotFound)):
            actions.attach_to_draft(row, to_be.pk, by=charlie, at=LATER)


class TestWhatAnActBrought:
    """Documents that never became items are bound too."""

    def test_is_not_sent_on(self, dossier, nl, to_be, alice):
        brought(dossier, nl, [{"kind": "no_passing_on"}])
        upload(to_be, alice, STATEMENT)
        assert "dossiers.may-not-leave" in stops(to_be)

    def test_without_any_limit_on_passing_on_it_goes(self, dossier, nl, to_be, alice):
        brought(dossier, nl, [{"kind": "no_limit"}])
        upload(to_be, alice, STATEMENT)
        own = stops(to_be).count("dossiers.may-not-leave")
        view = known.ledger(alice, [dossier.pk], LATER)[0]
        allowed = known.check(view.thing, asked("NL")).allowed
        assert (own == 0) == (allowed == "yes")

    def test_consent_in_the_ledger_frees_it(self, dossier, nl, to_be, case, alice):
        brought(dossier, nl, [{"kind": "no_passing_on"}])
        row = actions.from_attachment(document(alice, dossier), case, by=alice, at=LATER)
        dossiers.record_use(
            dossier.pk, row.act, asked("BE", consented=True, reference="Letter 12"), decision="made", by=alice, at=LATER
        )
        actions.attach_to_draft(row, to_be.pk, by=alice, at=LATER)
        assert "dossiers.may-not-leave" not in stops(to_be)


def asked(country, **more):
    return Asked(use="pass_on", purpose="their case", on=date(2026, 11, 23), passed_to=country, **more)


def test_the_demo_plays_its_items_once(dossier, nl, mla, alice):
    from comity.cases import actions as cases
    from comity.demo import private_evidence

    brought(dossier, nl)
    case = cases.open("Ransom", unit=mla, by=alice, at=AT)
    cases.link(case.number, dossier.pk, why="accounts", by=alice, at=AT)
    made = private_evidence.play(case.number)
    assert private_evidence.play(case.number) == made
    now = LATER + timedelta(days=9999)
    rows = queries.in_compartment(alice, case.compartment, now)
    assert [row.originator for row in rows].count("nl-prosecution") == 1
    assert all(row.sound for row in rows)
    assert [gap.kind for gap in queries.custody(alice, made[0], now).gaps] == ["holder", "time"]
