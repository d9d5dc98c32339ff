"""Gettext catalogues for tests, made where a test wants them."""

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo


def write(folder, domain, language, texts, contexts=None):
    """``{English: translation}``, and those for one place alone as ``{(context, English): translation}``."""
    made = Catalog(locale=language, fuzzy=False)
    for english, own in texts.items():
        made.add(english, own)
    for (context, english), own in (contexts or {}).items():
        made.add(english, own, context=context)
    path = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, made)
    return folder
