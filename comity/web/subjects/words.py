"""Kinds, properties and values of FollowTheMoney in the reader's language: its own catalogue has most of them."""

import gettext as catalogues
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from followthemoney.types import registry
from followthemoney.util import i18n_path

from comity.subjects import kinds
from comity.subjects.roles import CATEGORIES
from comity.web.forms.choices import country_name, language_name


@cache
def catalogue(language: str) -> catalogues.NullTranslations:
    return catalogues.translation("followthemoney", i18n_path, [language], fallback=True)


def told(text: str) -> str:
    """A label of FollowTheMoney; where it has no translation, ours, else English."""
    language = (get_language() or "en").split("-")[0]
    if not text or language == "en":
        return text
    found = catalogue(language).gettext(text)
    return found if found != text else _(text)


def kind(name: str) -> str:
    """What a kind of subject or relation is called."""
    return {"Document": _("Document")}.get(name) or told(str(kinds.schema(name).label))


def prop(of: str, name: str) -> str:
    """What a property is called."""
    found = kinds.schema(of).get(name)
    return told(str(found.label)) if found is not None else name


def value(of: str, name: str, text: str) -> str:
    """A value in words: countries, languages and genders are kept as codes."""
    found = kinds.schema(of).get(name)
    type = found.type if found is not None else None
    language = get_language() or "en"
    if type == registry.country:
        return country_name(text.upper(), language) if len(text) == 2 else text
    if type == registry.language:
        return language_name(text[:2], language)
    if type == registry.gender:
        return {"female": _("Female"), "male": _("Male")}.get(text, _("Other"))
    return text


def role(id: str) -> str:
    """What a category of persons is called."""
    return next((_(one.label) for one in CATEGORIES if one.id == id), id)


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds that can be added, by group."""
    names = {
        "people": _("People and organisations"), "means": _("Vehicles, accounts, property"), "places": _("Places"),
        "papers": _("Papers"), "events": _("Events"),
    }  # fmt: skip
    return [(names[group], [(name, kind(name)) for name in of]) for group, of in kinds.THINGS.items()]


def all_kinds() -> list[tuple[str, str]]:
    return [one for _group, of in groups() for one in of]
