"""Every visible sentence is marked, and French has all of them."""

import re
from html import unescape

from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.web.messages import PO, WEB, marked, templates

NAMES = {"Comity", "SHA-256", "PDF", "EN", "FR", "Go"}  # the same in every language


def french():
    with PO.open("rb") as source:
        return read_po(source, locale="fr")


def test_the_compiled_french_is_that_of_the_source():
    """When this fails: ``pybabel compile -D django -d comity/web/locale``."""
    with PO.with_suffix(".mo").open("rb") as file:
        assert texts(read_mo(file)) == texts(french())


def texts(catalog):
    return {tuple(listed(message.id)): tuple(listed(message.string)) for message in catalog if message.id}


def test_french_lacks_nothing_and_guesses_nothing():
    known = {message.id: message for message in french() if message.id}
    wanted = [message.id for message in marked() if message.id]
    assert [id for id in wanted if id not in known] == []
    assert [message.id for message in known.values() if message.fuzzy or not all(listed(message.string))] == []


def listed(string):
    return string if isinstance(string, tuple | list) else (string,)


def test_french_keeps_every_placeholder():
    def holes(text):
        return sorted(set(re.findall(r"%\(\w+\)s", text)))

    for message in french():
        if message.id and not isinstance(message.id, tuple):
            assert holes(message.id) == holes(message.string), message.id


def test_french_never_parts_a_sign_from_its_word():
    """A line must not begin with a question mark: the space before it does not break."""
    for message in french():
        for text in listed(message.string) if message.id else ():
            assert not re.search(r" [?!;»]| :(\s|$)|« ", text), text


def test_french_has_nothing_that_no_page_says():
    wanted = {message.id for message in marked() if message.id}
    ours = [message for message in french() if message.id and "rooms" not in places(message)]
    assert [message.id for message in ours if message.id not in wanted] == []


def places(message):
    return [name for name, _line in message.locations]


def test_an_error_of_another_room_is_told_in_french():
    from django.utils.translation import override

    from comity.access import rules
    from comity.web.telling import told

    with override("fr"):
        why = "Whoever drafted, edited or submitted a draft never approves it: a second person must."
        assert "seconde personne" in told(rules.NotAllowed(why=why, remedy=""))["says"]


def test_no_template_has_text_that_is_not_marked():
    found = []
    for path in templates():
        source = path.read_text(encoding="utf-8")
        source = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", source, flags=re.S)
        source = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<svg.*?</svg>|<!.*?>", "", source, flags=re.S)
        for attribute in re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', source):
            found += [(path.relative_to(WEB), attribute)] if re.search(r"[A-Za-z]{2}", attribute) else []
        for words in re.split(r"<[^>]*>", source):
            rest = [word for word in re.findall(r"[A-Za-z][\w-]+", unescape(words)) if word not in NAMES]
            found += [(path.relative_to(WEB), words.strip())] if rest else []
    assert found == []
