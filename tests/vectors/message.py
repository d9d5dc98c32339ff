"""Makes the vectors of docs/spec/message.md: ``python -m tests.vectors.message``. The keys are those of keys.json."""

from typing import Any

from comity.exchange.wire import signed
from tests.vectors.make import FR, KEYS, NL, case, write

KIND = "comity-message/1"
OPENING: dict[str, Any] = {
    "about": {"dossier": "fr-central-2026-0001", "pointer": "/form/measures/kinds"},
    "at": "2026-11-23T14:05:00Z",
    "by": FR,
    "function": "Case officer",
    "language": "en",
    "parents": [],
    "subject": "Which accounts",
    "text": "Do you need the savings account as well?",
    "thread": "fr-central-2026-t0001",
}


def message(**change: Any) -> signed.Signed:
    told = {key: value for key, value in {**OPENING, **change}.items() if value is not ...}
    return signed.sign(KIND, told, KEYS[told["by"] if told["by"] in KEYS else FR])


def vectors() -> list[dict[str, Any]]:
    first = message()
    call = {"answer_within_minutes": 30, "about": "A child was taken"}
    later = {"subject": ..., "about": ..., "parents": [first.id], "by": NL, "function": ...}
    status = {"of": first.id, "state": "calling", "place": 1, "who": "duty"}

    def good(name: str, one: signed.Signed) -> dict[str, Any]:
        return case(name, None, one.raw, id=one.id, body=one.body)

    def broken(name: str, **change: Any) -> dict[str, Any]:
        return case(name, "liaison.malformed", message(**change).raw)

    return [
        good("a question about a field", first),
        good("an answer", message(**later, in_reply_to=first.id, text="Yes.\nBoth, please.")),
        good("about nothing, in Arabic", message(about=..., language="ar", subject="سؤال", text="هل لديكم جواب؟")),
        good("an urgent call", message(about=..., urgent=call)),
        good("how the call fares", message(**later, call=status)),
        broken("an unknown field", mood="good"),
        broken("no text", text=""),
        broken("a text that is too long", text="x" * 20_001),
        broken("a mark that turns the reading direction", text="pay \u202eton od"),
        broken("a control character", text="bell \u0007"),
        broken("two lines of subject", subject="one\ntwo"),
        broken("neither subject nor parents", subject=..., about=...),
        broken("a subject in the middle", parents=[first.id]),
        broken("parents out of order", **{**later, "parents": ["ff" * 32, "00" * 32]}),
        broken("one parent twice", **{**later, "parents": [first.id, first.id]}),
        broken("an urgent call in the middle", **later, urgent=call),
        broken("no minute to answer", about=..., urgent={**call, "answer_within_minutes": 0}),
        broken("a status with a name", **later, call={**status, "name": "Joost"}),
        broken("an optional field that is null", function=None),
        broken("a moment with an offset", at="2026-11-23T15:05:00+01:00"),
        broken("a pointer without a slash", about={"dossier": "fr-central-2026-0001", "pointer": "form"}),
        broken("a thread without its t", thread="fr-central-2026-0001"),
        broken("a language in words", language="English"),
    ]


def main() -> None:
    note = "Each case: raw bytes as text, what the reader expects, and the error code (null: it must be accepted)."
    write("message", f"docs/spec/message.md. {note}", vectors())


if __name__ == "__main__":
    main()
