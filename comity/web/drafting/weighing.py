"""What the other side could refuse, and why: grounds weighed on stated facts, and dual criminality by elements.

The facts travel with the request, so the receiver weighs the same ones. The page shows reasons and asks; it decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.dossiers import actions
from comity.dossiers.values import DraftView
from comity.exchange import queries as exchange
from comity.exchange.peers import NotAPeer
from comity.instruments import lawful
from comity.instruments.codes import COURT
from comity.instruments.model import Definition
from comity.law import dual, grounds, offences
from comity.law import texts as law
from comity.law.dual_words import Words
from comity.lib import clock
from comity.web.drafting.form import opened, shown_revision
from comity.web.forms import choices
from comity.web.pages import Http, language, page, signed_in

OFFENCES = "offences"


@dataclass(frozen=True)
class Asked:
    """One fact as a question with its answer so far; ``kind`` is yes_no, number, date, country or choice."""

    name: str
    question: str
    kind: str
    value: Any
    options: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        return "fact-" + "".join(letter if letter.isalnum() else "-" for letter in self.name)


@signed_in
def weighing(http: Http, number: int) -> HttpResponse:
    """The grounds of the instrument, those that apply or depend first, and the facts that they ask for."""
    view, definition = opened(http, number)
    if not view.opens:
        return redirect("draft-act", number)
    facts = dict(view.content.get("facts", {}))
    if http.method == "POST":
        return save(http, view, facts)
    facts, _bad = sorted_out(facts)
    between = countries(view)
    weighed = lawful.weigh(view.definition, facts, between, clock.now().date(), language()) if between else ()
    found = sorted(weighed, key=lambda one: ("yes", "depends", "no").index(one.applies))
    punishable = dual_criminality(facts, between, definition)
    return page(
        http,
        "drafting/weighing.html",
        view=view,
        definition=definition,
        found=found,
        asked=list(asked(found, facts)),
        elements=list(elements(punishable, facts)) if punishable else [],
        dual=punishable,
        pivots=pivots(),
        offence=next(iter(facts.get(OFFENCES, ())), ""),
        between=between,
    )


def countries(view: DraftView) -> tuple[str, str] | None:
    """Our country and the receiver's; None where the receiver is no peer any more."""
    try:
        theirs = exchange.peer(view.draft.receiver).card.country
    except NotAPeer:
        return None
    return settings.COMITY.country, theirs


def dual_criminality(
    facts: dict[str, Any], between: tuple[str, str] | None, definition: Definition
) -> dual.Finding | None:
    """Both laws on the offence that was named; None without one, or where the Court takes part."""
    named = facts.get(OFFENCES)
    if not named or not between or COURT in between:
        return None
    known = {name: value for name, value in facts.items() if name in token_ids()}
    return dual.compare(
        *between, list(named), facts=known or None, instrument=definition.id, on=clock.now().date(), language=language()
    )


def asked(found: Iterable[grounds.Finding], facts: dict[str, Any]) -> Iterator[Asked]:
    """Each fact once, in the order in which the grounds ask for it; then those that were stated already."""
    to, vocabulary = law.of(language()), grounds.facts()
    names = dict.fromkeys(ask.fact for one in found for ask in one.asks)
    for name in [*names, *(name for name in facts if name in vocabulary and name not in names)]:
        fact = vocabulary[name]
        options = tuple((choice, choice.replace("_", " ")) for choice in fact.choices)
        if fact.type == "country":
            options = choices.countries(language())
        yield Asked(name, to.text(fact.question), fact.type, facts.get(name), options)


def elements(found: dual.Finding, facts: dict[str, Any]) -> Iterator[Asked]:
    """The elements of the offence that one of the laws asks for and nobody has stated, and those that were stated."""
    words = Words(language())
    names = dict.fromkeys([*found.tokens("unstated"), *found.tokens("missing")])
    for name in [*names, *(name for name in facts if name in token_ids() and name not in names)]:
        question = _("Is this part of the conduct: %(element)s?") % {"element": words.token(name)}
        yield Asked(name, question, "yes_no", facts.get(name))


def token_ids() -> frozenset[str]:
    return frozenset(token.id for token in offences.tokens())


def pivots() -> list[tuple[str, str]]:
    """Every common offence by name."""
    to = law.of(language())
    return sorted(((one.id, to.text(one.title)) for one in offences.pivots()), key=lambda row: choices.plain(row[1]))


def save(http: Http, view: DraftView, facts: dict[str, Any]) -> HttpResponse:
    """Keep what was answered; an empty answer takes the fact away."""
    changed = {**facts, **dict(read(http.POST))}
    kept, bad = sorted_out({name: value for name, value in changed.items() if value not in (None, "", [])})
    for error in bad:
        messages.error(http, f"{error.sentence} {error.remedy}")
    actions.save(view.draft, pointer="/facts", value=kept, by=http.user, at=clock.now(), revision=shown_revision(http))
    messages.success(http, _("The facts are saved; they travel with the request."))
    return redirect("draft-weighing", view.draft.pk)


def sorted_out(facts: dict[str, Any]) -> tuple[dict[str, Any], list[grounds.BadFact]]:
    """The facts that can be used, and what is wrong with the others."""
    good, bad = {}, []
    for name, value in facts.items():
        try:
            if name in grounds.facts():
                grounds.check({name: value})
            good[name] = value
        except grounds.BadFact as error:
            bad.append(error)
    return good, bad


def read(post: QueryDict) -> Iterator[tuple[str, Any]]:
    """The facts of a posted page: ``fact:NAME`` with its kind in ``kind:NAME``; what is malformed stays as typed."""
    if "offence" in post:
        chosen = str(post["offence"])
        yield OFFENCES, [chosen] if chosen in {one.id for one in offences.pivots()} else []
    for key in post:
        if not key.startswith("fact:"):
            continue
        name, told = key.removeprefix("fact:"), str(post[key]).strip()
        match post.get(f"kind:{name}"):
            case "yes_no":
                yield name, {"yes": True, "no": False}.get(told)
            case "number":
                yield name, int(told) if told.isdigit() and len(told) < 7 else told or None
            case _:
                yield name, told or None
