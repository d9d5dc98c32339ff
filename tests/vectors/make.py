# ruff: noqa: E501  (one case stands on one line)
"""Makes the test vectors of docs/spec/: ``python -m tests.vectors.make``.

Keys come from fixed seeds. Sealing and ML-DSA signing draw randomness, so each run gives other bytes that
verify and open alike; the bytes in this folder are the ones to test against. The examples in docs/spec/ show
excerpts of them: after a run, ``tests/wire/test_docs.py`` says which to renew.
"""

import base64
import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comity.exchange.wire import blob, card, checkpoint, envelope, push, receipt, signed, tlog
from comity.exchange.wire.keys import SecretKeys, words
from comity.exchange.wire.push import Position
from comity.lib.canonical import canonical

FOLDER = Path(__file__).parent
AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
FR, NL = "fr-central", "nl-om"


def secret(name: str) -> SecretKeys:
    """Keys that everybody knows: for vectors only."""
    seed = hashlib.shake_256(b"comity test vector keys: " + name.encode()).digest(160)
    return SecretKeys(ed25519=seed[:32], mldsa65=seed[32:64], mlkem768=seed[64:128], x25519=seed[128:160])


KEYS = {name: secret(name) for name in (FR, NL, "stranger")}
ACT = {
    "dossier": "fr-central-2026-0001",
    "type": "request",
    "by": FR,
    "at": "2026-11-23T14:05:00Z",
    "parents": [],
    "instrument": {"id": "eio", "version": 1, "digest": "ab" * 32},
    "content": {
        "language": "en",
        "form": {"measures": {"kinds": ["bank_transactions"]}},
        "facts": {},
        "items": [],
    },
}


class Ring(dict[tuple[int, int], bytes]):
    """Tiles in memory."""

    def read(self, level: int, index: int) -> bytes:
        return self.get((level, index), b"")


def case(name: str, error: str | None, raw: bytes | str, **more: Any) -> dict[str, Any]:
    return {"name": name, "error": error, "raw": raw.decode() if isinstance(raw, bytes) else raw, **more}


def swap(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert raw.count(old) >= 1, old
    return raw.replace(old, new, 1)


def resigned(body: dict[str, Any], change: dict[str, Any], kind: str, keys: SecretKeys) -> bytes:
    """A body that was changed and then properly signed: the signature is good, the content is not."""
    return signed.sign(kind, {key: value for key, value in {**body, **change}.items() if value is not ...}, keys).raw


def key_vectors() -> dict[str, Any]:
    return {
        name: {
            "secret": keys.to_json(),
            "public": keys.public.to_json(),
            "fingerprint": keys.fingerprint,
            "words": list(words(keys.fingerprint)),
        }
        for name, keys in KEYS.items()
    }


def signed_vectors() -> list[dict[str, Any]]:
    good = signed.sign("comity-act/1", ACT, KEYS[FR])
    content = good.raw[len(signed.OPENING) :].split(b',"kind":', 1)[0]
    ed = json.loads(good.raw)["signatures"]["ed25519"].encode()
    other = signed.sign("comity-act/1", {**ACT, "type": "withdraw"}, KEYS[FR])
    other_pq = json.loads(other.raw)["signatures"]["mldsa65"].encode()
    own_pq = json.loads(good.raw)["signatures"]["mldsa65"].encode()
    spaced = content.replace(b'"by":', b'"by": ', 1)
    respelt = signed._message(b"comity-act/1", spaced)
    e, q = KEYS[FR].sign(respelt, b"comity-act/1")
    unsorted = (
        signed.OPENING
        + spaced
        + b',"kind":"comity-act/1","signatures":{"ed25519":"'
        + _b64(e)
        + b'","mldsa65":"'
        + _b64(q)
        + b'"}}'
    )
    expects = {"kind": "comity-act/1", "by": FR}
    return [
        case("an act", None, good.raw, **expects, id=good.id, body=good.body),
        case("the content was changed", "wire.bad-signature", swap(good.raw, b'"request"', b'"withdraw"'), **expects),
        case("the Ed25519 signature is another", "wire.bad-signature", swap(good.raw, ed, _flip(ed)), **expects),
        case("the ML-DSA signature is another act's", "wire.bad-signature", swap(good.raw, own_pq, other_pq), **expects),
        case("signed by a stranger", "wire.bad-signature", signed.sign("comity-act/1", ACT, KEYS["stranger"]).raw, **expects),
        case("relabelled as a card", "wire.wrong-kind", swap(good.raw, b"comity-act/1", b"comity-card/1"), **expects),
        case("relabelled and taken for a card", "wire.bad-signature", swap(good.raw, b"comity-act/1", b"comity-card/1"), kind="comity-card/1", by=FR),
        case("a signature is missing", "wire.not-signed", good.raw.split(b',"mldsa65"')[0] + b"}}", **expects),
        case("a space after a colon, signed so", "wire.not-signed", unsorted, **expects),
        case("a line break at the end", "wire.not-signed", good.raw + b"\n", **expects),
        case("left-over bits in base64url", "wire.not-signed", swap(good.raw, ed, ed[:-1] + _next(ed[-1:])), **expects),
        case("cut off", "wire.not-signed", good.raw[:-1], **expects),
        case("nothing", "wire.not-signed", b"", **expects),
    ]  # fmt: skip


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _flip(text: bytes) -> bytes:
    return (b"A" if text[:1] != b"A" else b"B") + text[1:]


def _next(letter: bytes) -> bytes:
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(letter) + 1 :][:1]


CARD: dict[str, Any] = {
    "authority": FR,
    "country": "FR",
    "names": {"en": "Central Authority of France (example)", "fr": "Autorité centrale de France (exemple)"},
    "languages": ["fr", "en"],
    "competences": ["mutual legal assistance"],
    "contacts": [{"role": "24/7 desk", "phone": "+33 1 00 00 00 00", "languages": ["fr", "en"], "hours": "always"}],
    "endpoint": "https://comity.fr-central.example",
    "requirements": [
        {
            "id": "fr-summary",
            "instrument": "mla-untoc",
            "pointer": "/form/case/summary",
            "severity": "mend",
            "require": "size(form.case.summary) >= 200",
            "says": {"en": "The summary should let a reader without the file understand the case."},
            "remedy": {"en": "Write at least three sentences."},
        }
    ],
    "instruments": [{"id": "eio", "version": 1, "digest": "ab" * 32}],
}


def card_vectors() -> list[dict[str, Any]]:
    good = card.issue(KEYS[FR], at=AT, serial=3, **CARD)
    body = json.loads(good.raw)["body"]
    public = {"keys": KEYS["stranger"].public.to_json()}

    def broken(name: str, **change: Any) -> dict[str, Any]:
        return case(name, "wire.not-a-card", resigned(body, change, card.KIND, KEYS[FR]))

    return [
        case("a card", None, good.raw, id=good.id, fingerprint=good.fingerprint),
        case("another's keys inside", "wire.bad-signature", resigned(body, public, card.KIND, KEYS[FR])),
        case("an act", "wire.wrong-kind", signed.sign("comity-act/1", ACT, KEYS[FR]).raw),
        case("a name was changed", "wire.bad-signature", swap(good.raw, b"(example)", b"(Example)")),
        broken("an unknown field", colour="blue"),
        broken("no serial number", serial=...),
        broken("the serial number as text", serial="3"),
        broken("serial number 0", serial=0),
        broken("a country in small letters", country="fr"),
        broken("an authority with a slash", authority="fr/central"),
        broken("no name", names={}),
        broken("an endpoint that is no web address", endpoint="file:///etc/passwd"),
        broken("a short key", keys={**body["keys"], "x25519": "AAAA"}),
        broken("a moment with an offset", issued_at="2026-11-23T15:05:00+01:00"),
        broken("a day that does not exist", issued_at="2026-02-30T14:05:00Z"),
    ]  # fmt: skip


def channel(keys: SecretKeys, receiver: SecretKeys, count: int) -> list[envelope.Envelope]:
    """The first envelopes of a channel from FR to NL."""
    made: list[envelope.Envelope] = []
    position = Position(FR, NL)
    for number in range(1, count + 1):
        act = signed.sign("comity-act/1", {**ACT, "content": {"text": f"act {number}"}}, keys)
        made.append(
            envelope.seal(act.raw, to_keys=receiver.public, sender=FR, receiver=NL, seq=number, prev=position.hash)
        )
        position = position.after(made[-1])
    return made


def envelope_vectors() -> list[dict[str, Any]]:
    act = signed.sign("comity-act/1", ACT, KEYS[FR])
    place = {"sender": FR, "receiver": NL, "seq": 1, "prev": envelope.FIRST_PREV}
    good = envelope.seal(act.raw, to_keys=KEYS[NL].public, **place)
    later = envelope.seal(act.raw, to_keys=KEYS[NL].public, **{**place, "seq": 2, "prev": good.hash})
    alien = envelope.seal(act.raw, to_keys=KEYS["stranger"].public, **place)
    unpadded = envelope.SUITE.encrypt(
        len(act.raw).to_bytes(4, "big") + act.raw, KEYS[NL].public.sealing, info=envelope._place(**place)
    )
    raw_unpadded = swap(good.raw, _b64(good.sealed), _b64(unpadded))
    opens = {"to": NL}
    return [
        case("an envelope", None, good.raw, **opens, hash=good.hash, payload=act.raw.decode()),
        case("the second of the channel", None, later.raw, **opens, hash=later.hash, payload=act.raw.decode()),
        case("moved to another number", "wire.cannot-open", swap(later.raw, b'"seq":2', b'"seq":3'), **opens),
        case("put behind another", "wire.cannot-open", swap(later.raw, good.hash.encode(), b"0" * 63 + b"1"), **opens),
        case("under another sender's name", "wire.cannot-open", swap(good.raw, b"fr-central", b"br-central"), **opens),
        case("redirected", "wire.cannot-open", swap(good.raw, b'"to":"nl-om"', b'"to":"br-om"'), **opens),
        case("sealed for somebody else", "wire.cannot-open", alien.raw, **opens),
        case("one byte changed inside", "wire.cannot-open", swap(good.raw, _b64(good.sealed), _flip(_b64(good.sealed))), **opens),
        case("without padding", "wire.cannot-open", raw_unpadded, **opens),
        case("number 1 behind another", "wire.not-an-envelope", swap(good.raw, b"0" * 64, b"1" * 64), **opens),
        case("number 2 behind none", "wire.not-an-envelope", swap(good.raw, b'"seq":1', b'"seq":2'), **opens),
        case("number 0", "wire.not-an-envelope", swap(good.raw, b'"seq":1', b'"seq":0'), **opens),
        case("number beyond 2^53-1", "wire.not-an-envelope", swap(later.raw, b'"seq":2', b'"seq":9007199254740992'), **opens),
        case("version 2", "wire.not-an-envelope", swap(good.raw, b"envelope/1", b"envelope/2"), **opens),
        case("an unknown field", "wire.not-an-envelope", swap(good.raw, b'"to":', b'"speed":1,"to":'), **opens),
        case("fields in another order", "wire.not-an-envelope", canonical_unsorted(good.raw), **opens),
        case("padded base64url", "wire.not-an-envelope", swap(good.raw, b'","seq"', b'=","seq"'), **opens),
        case("nothing", "wire.not-an-envelope", b"", **opens),
    ]  # fmt: skip


def canonical_unsorted(raw: bytes) -> bytes:
    value = json.loads(raw)
    return json.dumps(dict(reversed(value.items())), separators=(",", ":")).encode()


def push_vectors() -> dict[str, Any]:
    first, _, third = made = channel(KEYS[FR], KEYS[NL], 3)
    other = channel(KEYS[FR], KEYS[NL], 3)
    end = Position(FR, NL, 3, third.hash)
    good = push.build(made, head=end, keys=KEYS[FR], at=AT)
    lines = good.split(b"\n")
    held = {str(e.seq): e.hash for e in made}
    empty, one, all_ = (
        {"seq": 0, "hash": envelope.FIRST_PREV},
        {"seq": 1, "hash": first.hash},
        {"seq": 3, "hash": third.hash},
    )

    def joined(*parts: bytes) -> bytes:
        return b"\n".join(parts) + b"\n"

    from_two = push.build(made[1:], head=end, keys=KEYS[FR], at=AT)
    foreign = push.build(made, head=end, keys=KEYS["stranger"], at=AT)
    forked = push.build(other, head=Position(FR, NL, 3, other[2].hash), keys=KEYS[FR], at=AT)
    bare = push.build([], head=end, keys=KEYS[FR], at=AT)
    back = push.build(made[:1], head=Position(FR, NL, 1, first.hash), keys=KEYS[FR], at=AT)
    odd_head = signed.sign(push.HEAD, {"from": FR, "to": NL, "seq": 3, "hash": third.hash}, KEYS[FR]).raw
    cases = [
        case("three envelopes to an empty channel", None, good, held=empty, new=[1, 2, 3]),
        case("one is held already", None, good, held=one, new=[2, 3]),
        case("all are held already", None, good, held=all_, new=[]),
        case("it continues what is held", None, from_two, held=one, new=[2, 3]),
        case("only a head, nothing new", None, bare, held=all_, new=[]),
        case("an old push comes again", None, back, held=all_, new=[]),
        case("only a head, but envelopes are missing", "wire.gap", bare, held=one),
        case("the first envelope is missing", "wire.gap", from_two, held=empty),
        case("another history at number 1", "wire.forked", forked, held=one),
        case("another history at number 3", "wire.forked", forked, held=all_),
        case("the head alone tells another history", "wire.forked", push.build([], head=Position(FR, NL, 3, "11" * 32), keys=KEYS[FR], at=AT), held=all_),
        case("signed by a stranger", "wire.bad-signature", foreign, held=empty),
        case("the last envelope was cut away", "wire.broken-chain", joined(*lines[:3]), held=empty),
        case("the middle envelope was cut away", "wire.broken-chain", joined(lines[0], lines[1], lines[3]), held=empty),
        case("two envelopes changed places", "wire.broken-chain", joined(lines[0], lines[2], lines[1], lines[3]), held=empty),
        case("an envelope of another history slipped in", "wire.broken-chain", joined(lines[0], lines[1], other[1].raw, lines[3]), held=empty),
        case("an envelope of another channel", "wire.not-for-us", joined(lines[0], swap(lines[1], b'"nl-om"', b'"br-om"'), *lines[2:4]), held=empty),
        case("no line break at the end", "wire.not-a-push", good[:-1], held=empty),
        case("an empty line", "wire.not-a-push", swap(good, b"\n", b"\n\n"), held=empty),
        case("a head without its moment", "wire.not-a-push", joined(odd_head, *lines[1:4]), held=empty),
        case("no head", "wire.not-a-push", joined(*lines[1:4]), held=empty),
        case("nothing", "wire.not-a-push", b"", held=empty),
    ]  # fmt: skip
    return {"from": FR, "to": NL, "stored": held, "cases": cases}


def receipt_vectors() -> list[dict[str, Any]]:
    refusal = receipt.Refusal(
        seq=2,
        hash="22" * 32,
        code="dossiers.unknown-instrument",
        says="We do not know the instrument example-9.",
    )
    holds = Position(FR, NL, 3, "33" * 32)
    good = receipt.issue(KEYS[NL], holds=holds, refusals=[refusal], since=1, at=AT)
    plain = receipt.issue(KEYS[NL], holds=Position(FR, NL), at=AT)
    body = json.loads(good.raw)["body"]

    def broken(name: str, **change: Any) -> dict[str, Any]:
        return case(name, "wire.not-a-receipt", resigned(body, change, receipt.KIND, KEYS[NL]))

    return [
        case("three held, one of them refused", None, good.raw, seq=3, refused=[2], body=body),
        case("nothing held yet", None, plain.raw, seq=0, refused=[]),
        case("signed by the sender", "wire.bad-signature", resigned(body, {}, receipt.KIND, KEYS[FR])),
        case(
            "a refusal was cut away",
            "wire.bad-signature",
            swap(good.raw, canonical(refusal.model_dump()), b""),
        ),
        broken("of another channel", **{"from": "br-central"}),
        broken("by a third authority", by="br-central"),
        broken("a refusal before since", since=2),
        broken("a refusal after the position", seq=1, since=0),
        broken("since after the position", seq=0, since=1, refusals=[]),
        broken("one refusal twice", refusals=[body["refusals"][0]] * 2),
        broken("an unknown field", mood="good"),
        broken("no such moment", at="2026-13-01T00:00:00Z"),
    ]


def blob_vectors() -> dict[str, Any]:
    """The plaintext of n bytes is 0, 1, ... 250, 0, 1, ...; the key is 00 01 ... 1f. Sealing is deterministic."""
    key = bytes(range(32))
    rows = []
    for size in (0, 1, 1000, blob.CHUNK, blob.CHUNK + 1, 2 * blob.CHUNK):
        plain = pattern(size)
        stored = io.BytesIO()
        made = blob.seal_stream(io.BytesIO(plain), stored, key=key)
        rows.append(
            {
                "size": size,
                "sha256": made.sha256,
                "manifest": made.manifest.raw.decode(),
                "id": made.id,
                "stored_sha256": hashlib.sha256(stored.getvalue()).hexdigest(),
                "stored": stored.getvalue().hex() if size <= 1000 else None,
            }
        )
    good = rows[2]["manifest"]
    return {
        "key": key.hex(),
        "blobs": rows,
        "manifests": [
            case("a manifest", None, good, id=rows[2]["id"]),
            case("another size of chunk", "wire.not-a-manifest", good.replace("4194304", "4194305")),
            case(
                "a size that needs two chunks",
                "wire.not-a-manifest",
                good.replace('"size":1000', '"size":4194305'),
            ),
            case("half a hash", "wire.not-a-manifest", good.replace('"chunks":"', '"chunks":"AAAA')),
            case("version 2", "wire.not-a-manifest", good.replace("blob/1", "blob/2")),
            case("an unknown field", "wire.not-a-manifest", good.replace('"size"', '"name":"x","size"')),
            case(
                "another blob's",
                "wire.not-a-manifest",
                good.replace('"size":1000', '"size":1001'),
                id=rows[2]["id"],
            ),
        ],
    }


def pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def log_vectors() -> dict[str, Any]:
    """The eight leaves that the Certificate Transparency projects test with, and a log of our own entries."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tiles = Ring()
    tiles.update(tlog.append([tlog.leaf_hash(bytes.fromhex(leaf)) for leaf in leaves], 0, tiles))
    origin = checkpoint.origin_of(FR)
    raw = tlog.entry("act", "ab" * 32, "cd" * 32, AT)
    good = checkpoint.sign(origin, 8, tlog.root(8, tiles), KEYS[FR])
    text, lines = good.raw.decode().split("\n\n")
    ed, pq = lines.splitlines(keepends=True)
    stranger = checkpoint.sign(origin, 8, tlog.root(8, tiles), KEYS["stranger"]).raw.decode().split("\n\n")[1]

    def note(*parts: str) -> str:
        return text + "\n\n" + "".join(parts)

    return {
        "leaves": leaves,
        "roots": [tlog.root(size, tiles).hex() for size in range(9)],
        "inclusion": [
            {"index": index, "size": 8, "proof": [step.hex() for step in tlog.inclusion_proof(index, 8, tiles)]}
            for index in (0, 5, 7)
        ],
        "consistency": [
            {"old": old, "new": 8, "proof": [step.hex() for step in tlog.consistency_proof(old, 8, tiles)]}
            for old in (1, 4, 6, 8)
        ],
        "entry": {"raw": raw.decode(), "leaf": tlog.leaf_hash(raw).hex()},
        "origin": origin,
        "verifier_keys": list(checkpoint.verifier_keys(origin, KEYS[FR].public)),
        "checkpoints": [
            case("a checkpoint", None, good.raw, size=8),
            case("with a witness's line that we do not know", None, note(ed, pq, stranger), size=8),
            case("the ML-DSA line is missing", "wire.bad-checkpoint", note(ed)),
            case("the Ed25519 line is missing", "wire.bad-checkpoint", note(pq)),
            case("only a stranger's lines", "wire.bad-checkpoint", note(stranger)),
            case("one line twice", "wire.bad-checkpoint", note(ed, ed, pq)),
            case("another size", "wire.bad-checkpoint", good.raw.decode().replace("\n8\n", "\n9\n")),
            case("another log's name", "wire.not-a-checkpoint", good.raw.decode().replace(origin, "comity/nl-om")),
            case("a leading zero", "wire.not-a-checkpoint", good.raw.decode().replace("\n8\n", "\n08\n")),
            case("an extension line", "wire.not-a-checkpoint", good.raw.decode().replace("\n\n", "\nmore\n\n")),
            case("no signatures", "wire.not-a-checkpoint", text + "\n"),
            case("a hyphen for the dash", "wire.not-a-checkpoint", good.raw.decode().replace("—", "-")),
        ],
    }  # fmt: skip


def write(name: str, about: str, content: Any) -> None:
    value = {"about": about, **(content if isinstance(content, dict) else {"cases": content})}
    (FOLDER / f"{name}.json").write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    note = "Each case: raw bytes as text, what the reader expects, and the error code (null: it must be accepted)."
    write("keys", "Secret keys that everybody knows, for these vectors only.", {"keys": key_vectors()})
    write("signed", f"docs/spec/signed.md. {note}", signed_vectors())
    write("card", f"docs/spec/card.md. {note}", card_vectors())
    write("envelope", f"docs/spec/channel.md, sections 2 and 3. {note}", envelope_vectors())
    write("push", f"docs/spec/channel.md, section 4. {note}", push_vectors())
    write("receipt", f"docs/spec/channel.md, section 5. {note}", receipt_vectors())
    write("blob", f"docs/spec/blob.md. {blob_vectors.__doc__} {note}", blob_vectors())
    write("log", f"docs/spec/log.md. {log_vectors.__doc__} {note}", log_vectors())


if __name__ == "__main__":
    main()
