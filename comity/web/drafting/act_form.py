"""The form of an act that does not open: refuse, ask, answer, extend, hand over, and what an instrument adds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from comity.dossiers import queries
from comity.dossiers.values import DossierView
from comity.instruments import amend
from comity.instruments.model import Definition, Field, Question
from comity.lib import clock
from comity.web.drafting.form import Filled, opened
from comity.web.forms import boxes, conditions, reading, words
from comity.web.forms.wording import act_fields
from comity.web.pages import Http, language, one_of, page, signed_in, zone

AMENDS = "/amends"
HIDDEN = ("question",)  # set when the act is begun, never typed


@signed_in
def act_form(http: Http, number: int) -> HttpResponse:
    """One page for any act: what its effect needs, what the instrument adds, and for answers the field in question."""
    view, definition = opened(http, number)
    if view.opens or view.draft.dossier is None:
        return redirect("draft", number)
    file = queries.dossier(http.user, view.draft.dossier.pk, clock.now(), language())
    act_type = one_of(definition.acts, view.act_type.id)
    fields = tuple(one for one in act_fields(definition, act_type, language()) if one.id not in HIDDEN)
    shown = boxes.Page(view.content, "", "", fields, language(), zone())
    filled = Filled(http, view, shown)
    question = asked(file, view.content)
    amending = Amending(definition, file, view.content, question) if amendable(view.act_type.effect) else None
    if http.method == "POST":
        more = {name: view.content[name] for name in HIDDEN if name in view.content}
        if amending:
            more |= amending.read(http)
        return filled.save(
            again=reverse("draft-act", args=[number]),
            onward=reverse("draft-review", args=[number]),
            more=more,
        )
    problems, checked = filled.checked() if "check" in http.GET else ([], shown)
    return page(
        http,
        "drafting/act.html",
        view=view,
        definition=definition,
        file=file,
        act=act_type,
        boxes=[pointed(box, definition, file) for box in checked.boxes()],
        blocks=words.Reader(language(), zone()).blocks(fields, view.content, ""),
        problems=problems,
        question=question,
        amending=amending,
        not_permitted=[one for one in definition.grounds if one.list == "not_permitted"] if act_type.grounds else [],
    )


def amendable(effect: str) -> bool:
    return effect in ("answer", "amend")


def asked(file: DossierView, content: dict[str, Any]) -> Question | None:
    """The question that an answer is about."""
    return next((one for one in file.state.questions if one.id == content.get("question")), None)


def pointed(box: boxes.Box, definition: Definition, file: DossierView) -> boxes.Box:
    """The box of a pointer becomes a list of the answers of the request, that of an assurance one of those given."""
    if box.pointer == "/assurance" and box.kind == "text":
        return replace(box, kind="picked", choices=tuple(assurances(file, str(box.value))))
    if box.pointer != "/pointer":
        return box
    chosen = str(box.value)
    made = tuple(
        boxes.Choice(pointer, label, pointer == chosen, "") for pointer, label in places(definition, file.state.form)
    )
    return replace(box, kind="picked", choices=made)


def assurances(file: DossierView, chosen: str) -> Iterator[boxes.Choice]:
    """The assurances given in the dossier: what is undertaken, by whom, when."""
    for one in file.state.assurances:
        terms, by = one.terms, file.parties.get(one.by, {}).get("authority", one.by)
        said = " ".join(str(terms.get("undertaking", "")).split())[:80]
        yield boxes.Choice(
            one.id, f"{date_format(localtime(one.given_at), words.DAY)}, {by}: {said}", one.id == chosen, ""
        )


def places(definition: Definition, form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field that was answered, and every section, by pointer with the words of the page."""
    reader = words.Reader(language(), zone())
    for section in definition.sections:
        yield f"/form/{section.id}", section.title
        for block in reader.blocks(section.fields, form.get(section.id), f"/form/{section.id}", section.title):
            for row in block.rows:
                yield row.pointer, f"{block.title or section.title}: {row.label}"


class Amending:
    """Changes of the request that an answer or an amendment carries: pointer of the field, and its new value."""

    def __init__(
        self, definition: Definition, file: DossierView, content: dict[str, Any], question: Question | None
    ) -> None:
        self.definition, self.form = definition, file.state.form
        self.changes: dict[str, Any] = dict(content.get("amends", {}))
        self.asked = question.pointer if question and amend.find(definition, question.pointer) else ""
        self.choices = list(places(definition, self.form))

    @property
    def pointers(self) -> list[str]:
        """The fields that the page offers to change: the one in question, and those added."""
        return list(dict.fromkeys([*([self.asked] if self.asked else []), *self.changes]))

    @property
    def drawn(self) -> list[boxes.Box]:
        return [box for pointer in self.pointers if (box := self.box(pointer))]

    def box(self, pointer: str) -> boxes.Box | None:
        one = self.field(pointer)
        if one is None:
            return None
        value = self.changes.get(pointer, self.current(pointer))
        drawn = boxes.Page({"form": self.form}, "/form", pointer, one.fields, language(), zone())
        made = drawn.box(replace(one, when=None), value, f"{AMENDS}{pointer}")
        return replace(made, label=words.where(self.definition, pointer), required=False)

    def field(self, pointer: str) -> Field | None:
        found = amend.find(self.definition, pointer)
        if not isinstance(found, Field):
            return None
        return replace(found, repeated=False) if pointer.rpartition("/")[2].isdigit() else found

    def current(self, pointer: str) -> Any:
        return conditions.at({"form": self.form}, pointer)

    def read(self, http: Http) -> dict[str, Any]:
        """``{"amends": ...}`` with what differs from the request as it stands; nothing when nothing does."""
        changed: dict[str, Any] = {}
        for pointer in self.pointers:
            one = self.field(pointer)
            if one is None or http.POST.get("drop") == pointer:
                continue
            value = reading.value(one, http.POST, f"{AMENDS}{pointer}", zone())
            if value != self.current(pointer) or (pointer in self.changes and pointer != self.asked):
                changed[pointer] = value
        added = http.POST.get("change", "")
        if added and self.field(added) and added not in changed:
            changed[added] = self.current(added)
        return {"amends": changed} if changed else {}

    @property
    def intro(self) -> str:
        if self.asked:
            return _(
                "If the answer corrects the request itself, change the field here; both sides then see the new value."
            )
        return _("Choose what to change; both sides then see the new value, and the old one stays in the timeline.")
