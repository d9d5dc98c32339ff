"""Makes the vectors of court bundles and CASE packages: ``python -m tests.evidence.packages.vectors``.

They are written beside those of the wire (tests/vectors), and docs/spec/ shows excerpts of them. ML-DSA signing draws
randomness: each run gives other bytes that verify alike.
"""

import base64
import json

from comity.evidence.packages import bundle, container, listing
from comity.exchange.wire import signed
from comity.lib.canonical import canonical, parse
from tests.evidence.packages import making
from tests.vectors.make import FOLDER, KEYS


def cases(made):
    """A good bundle and broken ones: what was done, the file, and the codes that the verifier must give."""
    content = making.members(made.raw)
    lines = content[bundle.LINES].split(b"\n")
    swapped = parse(lines[0])
    swapped["item"]["custody"].reverse()
    later = content[bundle.HEAD].replace(b"2026-12-23", b"2027-12-23")
    other = signed.sign(listing.KIND, made.head.signed.body, KEYS["stranger"]).raw
    without = {name: raw for name, raw in content.items() if name != "items/00004.csv"}
    shorter = making.made(making.parts(making.entries()[:2])).raw
    return [
        ("a good bundle", made.raw, []),
        ("an item taken out", making.packed(without), ["items.missing"]),
        ("an item put in", making.packed({**content, "items/00009.csv": b"planted"}), ["items.unlisted"]),
        ("other bytes of an item", making.packed({**content, "items/00001.csv": b"account\n"}), ["items.changed"]),
        ("custody entries in another order",
         making.packed({**content, bundle.LINES: b"\n".join([canonical(swapped), *lines[1:]])}), ["list.line"]),
        ("another closing date", making.packed({**content, bundle.HEAD: later}), ["head.signature"]),
        ("the signature of a stranger", making.packed({**content, bundle.HEAD: other}), ["head.signature"]),
        ("cut off", made.raw[:-1], ["structure.unreadable"]),
        ("a byte after its end", made.raw + b"\0", ["structure.unreadable"]),
        ("another date in a header of the ZIP", made.raw[:12] + b"\x22" + made.raw[13:], ["structure.header"]),
        ("another list, well signed", shorter, ["root.other"]),
    ]  # fmt: skip


def main() -> None:
    made = making.made()
    entries = made.parts.entries
    told = {
        "about": "docs/spec/court-bundle.md. Each case: what was done to the good bundle, the file in base64, and "
        "codes among those that the verifier must give (none: it is sound).",
        "fingerprint": made.key,
        "root": made.head.root,
        "head": made.parts.head.decode(),
        "disclosed": entries[0].line.decode(),
        "withheld": entries[2].line.decode(),
        "opening": {"item": making.HIDDEN, "salt": making.SALT.hex()},
        "cases": [
            {"name": name, "codes": codes, "file": base64.b64encode(raw).decode()} for name, raw, codes in cases(made)
        ],
    }
    write("court-bundle.json", told)
    package = making.package()
    write(
        "case-package.json",
        {
            "about": "docs/spec/case-package.md. The file is a good package in base64.",
            "fingerprint": made.key,
            "head": making.members(package)["package.json"].decode(),
            "file": base64.b64encode(package).decode(),
        },
    )


def write(name, told):
    assert container.NAME.fullmatch(name)
    (FOLDER / name).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
