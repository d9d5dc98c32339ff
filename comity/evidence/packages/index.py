"""The page inside a bundle that people read: without script, without anything from elsewhere, the same for all."""

from collections.abc import Callable, Sequence
from html import escape

from comity.evidence.packages.listing import Entry

STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#111}"
    "table{border-collapse:collapse;width:100%;overflow-wrap:anywhere}"
    "th,td{text-align:start;vertical-align:top;padding:.4em .6em;border-bottom:1px solid #999;min-width:3em}"
    ".t{overflow-x:auto}@media(max-width:40em){table{overflow-wrap:normal}}"
    "code{word-break:break-all;font-size:.85em}h2{margin-top:2em}"
)
OPEN, CLOSE = "<div class=t tabindex=0><table>", "</table></div>"  # a wide table scrolls by itself
FACTS = {
    "description": "Description", "keeper": "Kept by", "holder": "With", "state": "State", "place": "Place",
    "seal": "Seal", "language": "Language", "taken_at": "Taken on", "taken_where": "Taken at",
    "taken_by": "Taken by", "taken_from": "Taken from", "power": "Power", "provision": "Provision",
    "instrument": "Instrument", "treaty": "Treaty", "originator": "Given by", "dossier": "Dossier", "act": "Act",
    "codes": "Handling codes",
}  # fmt: skip
"""What the facts of an item are called, in the order in which people read them."""
Word = Callable[[str], str]


def page(
    entries: Sequence[Entry], *, authority: str, case: str, purpose: str, recipient: str, on: str, root: str,
    language: str = "en", word: Word = str, grounds: Callable[[str], str] = str,
) -> bytes:  # fmt: skip
    """The index as HTML; ``word`` translates its sentences, ``grounds`` names a ground in words."""
    told = [
        (word("Authority"), authority), (word("Case"), case), (word("Purpose"), purpose), (word("For"), recipient),
        (word("Date"), on), (word("Root of the list"), root),
    ]  # fmt: skip
    facts = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{_code(value)}</td></tr>" for name, value in told if value
    )
    body = (
        f"<h1>{escape(word('Items of the case'))} {escape(case)}</h1>{OPEN}{facts}{CLOSE}"
        f"<h2>{escape(word('How to verify'))}</h2><p>{escape(word(VERIFY))}</p>"
        f"<p><code>comity bundle verify FILE --key FINGERPRINT --root {root}</code></p>"
        f"<h2>{escape(word('The list'))}</h2>{_list(entries, word, grounds)}"
        + "".join(_item(entry, word) for entry in entries if entry.item)
    )
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(case)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    ).encode()


VERIFY = (
    "This page is for reading. That nothing was changed or left out is proven by the signed list beside it: compare "
    "the root above with the one in the court's file, and the fingerprint with the one that the authority publishes."
)


def _code(value: str) -> str:
    return f"<code>{escape(value)}</code>" if len(value) == 64 else escape(value)


def _list(entries: Sequence[Entry], word: Word, grounds: Callable[[str], str]) -> str:
    head = "".join(f"<th scope=col>{escape(word(one))}</th>" for one in ("No.", "Item", "File", "Status"))
    rows = ""
    for entry in entries:
        if entry.item:
            name = f'<a href="#item-{entry.n}">{escape(entry.item["title"])}</a> ({escape(entry.item["ref"])})'
            link = f'<a href="{entry.path}">{escape(entry.content.name)}</a>' if entry.content else word("no file")
            rows += f"<tr><td>{entry.n}</td><td>{name}</td><td>{link}</td><td>{escape(word('disclosed'))}</td></tr>"
        elif entry.withheld:
            why = ": ".join(part for part in (grounds(entry.withheld["ground"]), entry.withheld["says"]) if part)
            status = f"{escape(word('withheld'))}: {escape(why)}"
            rows += f"<tr><td>{entry.n}</td><td></td><td></td><td>{status}</td></tr>"
    return f"{OPEN}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{CLOSE}"


def _item(entry: Entry, word: Word) -> str:
    item = entry.item or {}
    told = item.get("facts", {})
    facts = [
        (word("Kind"), item["kind"]),
        *((word(label), told[name]) for name, label in FACTS.items() if name in told),
    ]
    if entry.content:
        facts += [(word("Bytes"), str(entry.content.size)), ("SHA-256", entry.content.sha256)]
    facts += [(word("Made from"), f"{one['source']} ({one['way']})") for one in item.get("derived", ())]
    facts += [(word("Admissibility"), " · ".join(line.values())) for line in item.get("passport", ())]
    rows = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{_code(value)}</td></tr>" for name, value in facts)
    head = "".join(
        f"<th scope=col>{escape(word(one))}</th>" for one in ("No.", "What", "When", "From", "To", "Why", "Written by")
    )
    steps = "".join(
        "<tr>" + "".join(f"<td>{escape(str(step.get(key, '')))}</td>" for key in
                         ("number", "what", "at", "from", "to", "why", "name")) + "</tr>"
        for step in item.get("custody", ())
    )  # fmt: skip
    return (
        f'<h2 id="item-{entry.n}">{entry.n}. {escape(item["title"])}</h2>{OPEN}{rows}{CLOSE}'
        f"<h3>{escape(word('Chain of custody'))}</h3>"
        f"{OPEN}<thead><tr>{head}</tr></thead><tbody>{steps}</tbody>{CLOSE}"
    )
