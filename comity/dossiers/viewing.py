"""One dossier or draft as one user may see it. Every look is recorded."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings

from comity.access.queries import User
from comity.dossiers import checking, filing, folding, listing, sight, wording
from comity.dossiers.models import Attachment, Dossier, Draft, item
from comity.dossiers.values import ClockView, DossierView, DraftView, Evidence, QuestionView
from comity.exchange import queries as network
from comity.exchange.peers import NotAPeer
from comity.instruments import catalogue, model, procedure, render
from comity.instruments.clocks import told
from comity.instruments.model import ActType, Conflict, Report


def dossier(user: User, id: str, at: datetime, language: str = "en") -> DossierView:
    """A dossier with its state, clocks, questions and documents.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    row = listing.rows(user, [found], at, language)[0]
    sight.saw_dossier(user, found, at)
    result = folding.fold(found)
    to = reader(result.definition, language)
    return DossierView(
        dossier=found,
        row=row,
        definition=result.definition,
        state=result.state,
        role=found.role,
        authority=folding.us(),
        parties=found.parties,
        clocks=tuple(clocks(result, at, to)),
        questions=tuple(questions(result, at, to)),
        items=tuple(item for item, _ in filing.items(found)),
        possible=possible(user, result),
        crossed=result.state.conflicts,
        drafts=tuple(listing.draft_rows(found.drafts.select_related(*sight.DRAFT).filter(status__in=OPEN), language)),
        may_draft=sight.may(user, "draft", sight.of_dossier(found)).allowed,
        may_assign=sight.may(user, "assign", sight.of_dossier(found)).allowed,
    )


OPEN = (Draft.DRAFTING, Draft.SUBMITTED)


def reader(definition: model.Definition, language: str) -> wording.Reader:
    return wording.reader(definition, language, settings.COMITY.time_zone)


def clocks(result: folding.Folded, at: datetime, to: wording.Reader) -> Iterator[ClockView]:
    """The clocks in the order in which they end; those without a date at the end."""
    running = {clock.id for clock in folding.open_clocks(result.state)}
    language = to.texts.language
    for one in sorted(result.state.clocks, key=lambda one: (one.due is None, one.due or one.started_at, one.id)):
        clock = told(one, definition=result.definition, state=result.state, language=language)
        yield ClockView(
            id=clock.id,
            title=to.t(f"deadlines.{clock.id}.title", clock.title),
            owed_by=folding.party(result.state, clock.owed_by),
            ours=clock.owed_by == result.dossier.role,
            started_at=clock.started_at,
            due=clock.due,
            rule=clock.rule,
            article=clock.cite.article,
            confidence=clock.cite.confidence,
            met_at=clock.met_at,
            met_by=clock.met_by,
            overdue=clock.id in running and clock.due is not None and clock.due < at,
        )


def questions(result: folding.Folded, at: datetime, to: wording.Reader) -> Iterator[QuestionView]:
    """The questions in the order in which they were asked."""
    open_ = {question.id for question in folding.open_questions(result.state)}
    for one in sorted(result.state.questions, key=lambda question: (question.asked_at, question.id)):
        yield QuestionView(
            id=one.id,
            pointer=one.pointer,
            field=wording.field_label(to, one.pointer),
            asks=one.asks,
            by=folding.party(result.state, one.by),
            of=folding.party(result.state, one.of),
            asked_at=one.asked_at,
            due=one.due,
            overdue=one.id in open_ and one.due is not None and one.due < at,
            answered_by=one.answered_by,
            answer=one.answer,
            ours=one.id in open_ and one.of == result.dossier.role,
        )


def possible_acts(user: User, dossier: Dossier) -> list[ActType]:
    """The steps that the procedure offers us now, for a user who may draft them."""
    return list(possible(user, folding.fold(sight.dossier(user, dossier.pk))))


def possible(user: User, result: folding.Folded) -> tuple[ActType, ...]:
    if not sight.may(user, "draft", sight.of_dossier(result.dossier)).allowed:
        return ()
    return tuple(procedure.allowed(result.definition, result.state, result.dossier.role))


def crossed(dossier: Dossier) -> tuple[Conflict, ...]:
    """Acts of a dossier that crossed on the way and do not go together."""
    return folding.fold(dossier).state.conflicts


def draft(user: User, id: int, at: datetime, language: str = "en") -> DraftView:
    """A draft with its history, and what this user may do with it.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.draft(user, id)
    thing = sight.of_draft(found)
    sight.saw(user, thing, at)
    definition = catalogue.get(found.instrument)
    approve = sight.may(user, "approve", thing)
    drafting, submitted = found.status == Draft.DRAFTING, found.status == Draft.SUBMITTED
    act_type = definition.act(found.act_type) or definition.opening
    return DraftView(
        draft=found,
        definition=definition,
        act_type=act_type,
        content=found.content,
        steps=tuple(found.steps.select_related("by").order_by("revision")),
        attachments=tuple(found.attachments.filter(removed_at__isnull=True).order_by("number")),
        removed=tuple(found.attachments.filter(removed_at__isnull=False).order_by("number")),
        editors=tuple(user.full_name for user in sight.editors(found)),
        opens=found.dossier is None or found.act_type == definition.opening.id,
        may_edit=drafting and sight.may(user, "draft", thing).allowed,
        may_submit=drafting and act_type.four_eyes and sight.may(user, "submit", thing).allowed,
        may_send=drafting and not act_type.four_eyes and sight.may(user, "send", thing).allowed,
        may_give_back=submitted and sight.may(user, "submit", thing).allowed,
        may_approve=submitted and approve.allowed,
        why_not_approve="" if approve.allowed else approve.says,
        named=spoken_of(found.dossier, act_type),
    )


def spoken_of(dossier: Dossier | None, act_type: ActType) -> dict[str, str]:
    """What the acts of a dossier said that such an act may name."""
    if dossier is None or act_type.effect not in ("answer", "check", "breach"):
        return {}
    return wording.spoken_of(folding.fold(dossier).state)


def preflight(draft: Draft, on: date, language: str = "en") -> Report:
    """The check of a draft on a day, with sentences in ``language``: what the receiver would find."""
    return checking.check(draft, language, on)


def items(user: User, id: str, at: datetime) -> list[Evidence]:
    """The documents of a dossier with the acts that brought them; the look is recorded.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    sight.saw_dossier(user, found, at)
    return [Evidence(item, act) for item, act in filing.items(found)]


def request_pdf(user: User, id: str, language: str, at: datetime) -> bytes:
    """The request of a dossier as it stands, as a PDF with its fixed text in ``language``.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    sight.saw_dossier(user, found, at)
    result = folding.fold(found)
    state = result.state
    request = {
        "instrument": found.instrument,
        **state.parties,
        "language": state.language,
        "form": state.form,
        "facts": state.facts,
    }
    header = {"document": found.pk, "at": found.opened_at, "items": state.items, **names(state.parties, language, at)}
    return render.pdf(result.definition, request, language=language, header=header)


def draft_pdf(user: User, id: int, language: str, at: datetime) -> bytes:
    """A draft of a request as a PDF, numbered as a draft.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.draft(user, id)
    sight.saw(user, sight.of_draft(found, whole=False), at)
    definition = catalogue.get(found.instrument)
    request = checking.request(found, definition)
    parties = {role: request[role] for role in ("issuing", "executing")}
    items = [item(row) for row in found.attachments.filter(removed_at__isnull=True).order_by("number")]
    header = {"document": f"Draft {found.pk}", "at": found.changed_at, "items": items, **names(parties, language, at)}
    return render.pdf(definition, request, language=language, header=header)


def names(parties: dict[str, dict[str, str]], language: str, at: datetime) -> dict[str, str]:
    """What the authorities call themselves on their cards, by role."""
    return {role: name(party["authority"], language, at) for role, party in parties.items()}


def name(authority: str, language: str, at: datetime) -> str:
    """An authority's name; its label when we hold no card of it."""
    if authority == folding.us():
        return network.own_card(at=at).name(language)
    try:
        return network.peer(authority).name(language)
    except NotAPeer:
        return authority


def attachment(user: User, id: int) -> Attachment:
    """A document, for `actions.detach` and `actions.reattach`.

    :raises NotFound: there is none, or not for this user.
    """
    return sight.attachment(user, id)


def one(user: User, id: str) -> Dossier:
    """A dossier for an action (`actions.begin_act`, `actions.assign`); looking at it is `dossier`.

    :raises NotFound: there is none, or not for this user.
    """
    return sight.dossier(user, id)
