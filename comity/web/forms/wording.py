"""A definition in the reader's language, and the fields that an act asks for."""

from dataclasses import replace
from functools import lru_cache

from comity.instruments import catalogue, content, texts
from comity.instruments.model import ActType, Definition, Field, Option
from comity.instruments.texts import Texts


def in_language(definition: Definition, language: str) -> Definition:
    """The definition with every text in this language; what has no translation stays English."""
    if language == texts.ENGLISH:
        return definition
    return translated(definition.id, definition.digest, language)


@lru_cache(maxsize=64)
def translated(id: str, digest: str, language: str) -> Definition:
    # The digest is part of the key only: a definition that changed is translated anew.
    definition = catalogue.get(id)
    t = texts.of(definition, language)
    return replace(
        definition,
        title=t.t("title"),
        says=t.t("says"),
        parties=tuple(
            replace(one, title=t.t(f"parties.{one.id}.title"), says=t.t(f"parties.{one.id}.says"))
            for one in definition.parties
        ),
        sections=tuple(
            replace(
                one,
                title=t.t(f"form.{one.id}.title"),
                help=t.t(f"form.{one.id}.help"),
                fields=tuple(field(inner, f"form.{one.id}.{inner.id}", t) for inner in one.fields),
            )
            for one in definition.sections
        ),
        stages=tuple(
            replace(one, title=t.t(f"stages.{one.id}.title"), says=t.t(f"stages.{one.id}.says"))
            for one in definition.stages
        ),
        acts=tuple(act(one, t) for one in definition.acts),
        grounds=tuple(replace(one, says=t.t(f"grounds.{one.code}")) for one in definition.grounds),
        deadlines=tuple(
            replace(one, title=t.t(f"deadlines.{one.id}.title")) for one in definition.deadlines
        ),
        notes=tuple(
            {**one, "says": t.t(f"notes.{index}.says")} for index, one in enumerate(definition.notes)
        ),
    )


def act(one: ActType, t: Texts) -> ActType:
    fields = tuple(field(inner, f"acts.{one.id}.{inner.id}", t) for inner in one.form)
    return replace(one, title=t.t(f"acts.{one.id}.title"), says=t.t(f"acts.{one.id}.says"), form=fields)


def field(one: Field, key: str, t: Texts) -> Field:
    return replace(
        one,
        label=t.t(f"{key}.label"),
        help=t.t(f"{key}.help"),
        options=tuple(Option(o.value, t.t(f"{key}.options.{o.value}"), o.cite) for o in one.options),
        fields=tuple(field(inner, f"{key}.{inner.id}", t) for inner in one.fields),
    )


def act_fields(definition: Definition, act_type: ActType, language: str) -> tuple[Field, ...]:
    """The fields of an act: what its effect needs first, then what it declares.

    ``act_type`` stands in the language already. The field ``ground`` has the grounds that the act may name as its options.
    """
    declared = {one.id: one for one in act_type.form}
    t = texts.of(catalogue.get(definition.id), language)
    needed = content.needed(act_type.effect, act_type.grounds is not None)
    made = [
        declared.pop(name, None) or implied(name, kind, act_type, t) for name, kind in needed.items()
    ]
    return tuple(with_options(one, definition, act_type) for one in [*made, *declared.values()])


def implied(name: str, kind: str, act_type: ActType, t: Texts) -> Field:
    """A field that the act has because of its effect, without declaring it."""
    key = f"acts.{act_type.id}.{name}"
    return Field(
        name, kind, t.t(f"{key}.label"), t.t(f"{key}.help"), act_type.cite, required=name not in content.OPTIONAL
    )


def with_options(one: Field, definition: Definition, act_type: ActType) -> Field:
    """Grounds and clocks become the options of the fields that choose them."""
    if one.id == "ground" and act_type.grounds:
        rows = [ground for ground in definition.grounds if ground.list == act_type.grounds]
        options = tuple(Option(ground.code, ground.says, ground.cite) for ground in rows)
    elif one.id == "clock" and act_type.effect == "extend":
        options = tuple(
            Option(rule.id, rule.title)
            for rule in definition.deadlines
            if rule.extended_by in (None, act_type.id)
        )
    else:
        return one
    return replace(one, type="choice", options=one.options or options)
