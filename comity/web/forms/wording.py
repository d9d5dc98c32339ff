"""A definition in the reader's language, and the fields that an act asks for."""

from dataclasses import replace
from functools import lru_cache

from comity.instruments import catalogue, contents, texts
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
        deadlines=tuple(replace(one, title=t.t(f"deadlines.{one.id}.title")) for one in definition.deadlines),
        notes=tuple({**one, "says": t.t(f"notes.{index}.says")} for index, one in enumerate(definition.notes)),
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
    """The fields of an act in the order of the page. Definition and act stand in the language already."""
    t = texts.of(catalogue.get(definition.id), language)
    declared = {one.id for one in act_type.form}
    return tuple(
        one if one.id in declared else implied(one, f"acts.{act_type.id}.{one.id}", t)
        for one in contents.fields(definition, act_type)
    )


def implied(one: Field, key: str, t: Texts) -> Field:
    """A field that the act has because of its effect, without declaring it, in the language of ``t``."""
    return replace(one, label=t.t(f"{key}.label") or one.label, help=t.t(f"{key}.help") or one.help)
