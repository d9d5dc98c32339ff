"""The check of a draft: the same pure functions that the receiver runs on arrival."""

from datetime import date
from typing import Any

from django.conf import settings

from comity.dossiers import folding
from comity.dossiers.models import Draft, item
from comity.exchange import queries as network
from comity.exchange.peers import NotAPeer
from comity.exchange.wire.card import Card
from comity.instruments import catalogue, contents, forms, model, preflight
from comity.instruments.model import Finding, Report

Content = dict[str, Any]


def card_of(authority: str) -> Card | None:
    """The card of a peer; None when it is none, or no longer."""
    try:
        peer = network.peer(authority)
    except NotAPeer:
        return None
    return peer.card if peer.status == "active" else None


def check(draft: Draft, language: str, on: date, result: folding.Folded | None = None) -> Report:
    """Everything that the receiver would find, with sentences in ``language``.

    :param on: the day on which the law is asked.
    :param result: the draft's dossier as it stands, where the caller has folded it.
    """
    definition = catalogue.get(draft.instrument)
    attached = [item(row) for row in draft.attachments.filter(removed_at__isnull=True).order_by("number")]
    if draft.dossier is None:
        return _opening(draft, definition, attached, on, language)
    further = {**draft.content, **({"items": attached} if attached else {})}
    return _report(content(result or folding.fold(draft.dossier), draft.act_type, further, language))


def request(draft: Draft, definition: model.Definition) -> Content:
    """The draft as a request: ``{"instrument","issuing","executing","language","form","facts"}``.

    Answers to questions that are no longer asked are left out: they do not travel.
    """
    card = card_of(draft.receiver)
    form = draft.content.get("form", {})
    return {
        "instrument": draft.instrument,
        "issuing": {"authority": folding.us(), "country": settings.COMITY.country},
        "executing": {"authority": draft.receiver, **({"country": card.country} if card else {})},
        "language": draft.language,
        "form": forms.prune(definition, form) if isinstance(form, dict) else form,
        "facts": draft.content.get("facts", {}),
    }


def _opening(draft: Draft, definition: model.Definition, attached: list[Content], on: date, language: str) -> Report:
    card = card_of(draft.receiver)
    if card is None:
        return _report([_stop("/executing/authority", "dossiers.unknown-receiver", draft.receiver)])
    report = preflight.run(
        definition, request(draft, definition), card.requirements, attachments=attached, on=on, language=language
    )
    return _report([*_other_release(definition, card), *report.findings])


def _other_release(definition: model.Definition, card: Card) -> list[Finding]:
    """A receiver that publishes its definitions, and holds another text of this one, would refuse."""
    held = [one["digest"] for one in card.instruments if one["id"] == definition.id]
    if not card.instruments or definition.digest in held:
        return []
    return [_stop("/instrument", "dossiers.other-definition", card.authority)]


def content(result: folding.Folded, act_type: str, given: Content, language: str) -> list[Finding]:
    """What is wrong with the content of a further act of ours in a dossier as it stands."""
    act = result.definition.act(act_type)
    if act is None:
        return [_stop("", "dossiers.not-possible", act_type)]
    state = result.state
    return contents.check_content(
        result.definition,
        act,
        given,
        language,
        form=state.form,
        questions={question.id for question in folding.open_questions(state) if question.of == result.dossier.role},
        clocks={clock.id for clock in folding.open_clocks(state)},
    )


SAYS = {
    "dossiers.unknown-receiver": (
        "{name} is not, or no longer, among the authorities that this node is connected to.",
        "Ask an administrator to add its card, or choose another receiver.",
    ),
    "dossiers.other-definition": (
        "{name} holds another text of this instrument than this node and would refuse the request.",
        "Agree with its administrator to run the same release of Comity.",
    ),
    "dossiers.not-possible": (
        "The instrument has no step '{name}'.",
        "Discard this draft and begin another step.",
    ),
}


def _stop(pointer: str, rule: str, name: str) -> Finding:
    return _found(pointer, "stop", rule, name)


def _found(pointer: str, severity: model.Severity, rule: str, name: str) -> Finding:
    says, remedy = SAYS[rule]
    return Finding(pointer, severity, rule, "", says.format(name=name), remedy.format(name=name), "verified")


def _report(findings: list[Finding]) -> Report:
    """The verdict is the worst finding's."""
    worst = {finding.severity for finding in findings}
    verdict: Any = "stop" if "stop" in worst else "mend" if "mend" in worst else "send"
    return Report(verdict, tuple(findings))
