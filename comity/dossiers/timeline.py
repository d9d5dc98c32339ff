"""The acts of a dossier one after the other: what was said, who signed, its place in the log, who holds it."""

from collections import defaultdict
from datetime import datetime
from functools import lru_cache

from comity.access.queries import User
from comity.dossiers import body, filing, folding, sight, trouble, viewing, wording
from comity.dossiers.models import Act
from comity.dossiers.values import Entry, ItemView, Line, Signature
from comity.exchange import queries as network
from comity.exchange.wire import signed
from comity.exchange.wire.keys import PublicKeys
from comity.instruments import model
from comity.lib.errors import ComityError

ALGORITHMS = ("Ed25519", "ML-DSA-65")


def timeline(user: User, id: str, at: datetime, language: str = "en") -> list[Entry]:
    """Every act of a dossier in the order in which it counts; what still lacks a parent stands at the end.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    sight.saw_dossier(user, found, at)
    result = folding.fold(found)
    rows = {
        row.act_id: row
        for row in Act.objects.filter(dossier=found).select_related("approved_by").order_by("at", "act_id")
    }
    items: dict[str, list[ItemView]] = defaultdict(list)
    for item, act in filing.items(found):
        items[act.act_id].append(item)
    to = viewing.reader(result.definition, language)
    keys = Keys(at)
    steps = {step.id: step for step in result.acts}
    order = [*result.state.acts, *(act_id for act_id in rows if act_id not in result.state.acts)]
    return [_entry(rows[act_id], steps[act_id], result, to, keys, tuple(items[act_id])) for act_id in order]


def _entry(
    row: Act,
    step: model.Act,
    result: folding.Folded,
    to: wording.Reader,
    keys: "Keys",
    items: tuple[ItemView, ...],
) -> Entry:
    return Entry(
        act=row.act_id,
        type=row.type,
        title=to.t(f"acts.{row.type}.title", row.type),
        says=to.t(f"acts.{row.type}.says"),
        by=row.by,
        way=row.way,
        at=row.at,
        arrived_at=row.arrived_at,
        approved_by=row.approved_by.full_name if row.approved_by else "",
        lines=_lines(step, result, to),
        signature=keys.check(row),
        deliveries=trouble.deliveries(row),
        log_index=row.log_index,
        parents=step.parents,
        out_of_place=next((one.says for one in result.state.out_of_place if one.act == row.act_id), ""),
        conflicts=tuple(one.says for one in result.state.conflicts if row.act_id in one.acts),
        lacks=tuple(parent for parent in step.parents if parent in result.state.missing),
        items=items,
    )


def _lines(step: model.Act, result: folding.Folded, to: wording.Reader) -> tuple[Line, ...]:
    if step.type == result.definition.opening.id:
        return wording.request_lines(to, step.content.get("form"))
    asked = wording.spoken_of(result.state)
    return wording.act_lines(to, result.definition.act(step.type), step.content, asked)


class Keys:
    """The keys of the authorities of one timeline, each looked up once, and the check of signatures."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.held: dict[str, PublicKeys | ComityError] = {}

    def of(self, authority: str) -> PublicKeys | ComityError:
        if authority not in self.held:
            self.held[authority] = self._look_up(authority)
        return self.held[authority]

    def _look_up(self, authority: str) -> PublicKeys | ComityError:
        try:
            if authority == folding.us():
                return network.own_card(at=self.at).keys
            # A removed peer's acts stay proven by the card that was pinned.
            return network.peer(authority).card.keys
        except ComityError as error:
            return error

    def check(self, act: Act) -> Signature:
        """Verify the stored bytes anew: a timeline never repeats what it was once told."""
        keys = self.of(act.by)
        if isinstance(keys, ComityError):
            return Signature(ALGORITHMS, "", False, keys.sentence)
        says = verify(bytes(act.raw), act.act_id, keys)
        return Signature(ALGORITHMS, keys.fingerprint, not says, says)


@lru_cache(maxsize=4096)
def verify(raw: bytes, act_id: str, keys: PublicKeys) -> str:
    """Why these bytes are not the act signed with these keys; "" when they are. Bytes do not change: remembered."""
    try:
        read = signed.read(raw, body.KIND, keys)
    except ComityError as error:
        return error.sentence
    return "" if read.id == act_id else "The stored bytes are another act's."
