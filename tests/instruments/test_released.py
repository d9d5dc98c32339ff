"""After a withdrawal the other side owes nothing more, and after closing nobody does."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.instruments import catalogue, procedure
from comity.instruments.model import Act

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def dossier(*steps):
    """The EIO of the example, then steps (type, by, content), each after the one before and an hour later."""
    definition = catalogue.get("eio")
    example = catalogue.example("eio")
    parties = {role: example[role] for role in ("issuing", "executing")}
    content = {key: example[key] for key in ("form", "facts", "language")} | {"parties": parties, "items": []}
    acts = [Act("0" * 64, "request", "fr-central", START, (), content)]
    for number, (type, by, told) in enumerate(steps, 1):
        acts.append(Act(f"{number:064x}", type, by, START + timedelta(hours=number), (acts[-1].id,), told))
    return procedure.fold(definition, acts)


ACKNOWLEDGED = (
    "acknowledge", "nl-prosecution",
    {"received_at": "2026-11-02T10:00:00Z", "competent_authority": "Prosecution office"},
)  # fmt: skip
WITHDRAWN = ("withdraw", "fr-central", {"reasons": "The accused has died."})
CLOSED = ("close", "fr-central", {})


class TestReleased:
    def test_a_clock_of_the_other_side_runs_before_the_withdrawal(self):
        running = [clock.id for clock in dossier(ACKNOWLEDGED).clocks if clock.met_at is None]
        assert "recognition" in running

    def test_a_withdrawal_ends_every_clock_of_the_other_side(self):
        state = dossier(ACKNOWLEDGED, WITHDRAWN)
        assert state.stage == "withdrawn"
        assert [clock.id for clock in state.clocks if clock.met_at is None and clock.owed_by == "executing"] == []
        ended = next(clock for clock in state.clocks if clock.id == "recognition")
        assert ended.met_by == f"{2:064x}"

    @pytest.mark.parametrize("closing", [True, False])
    def test_who_withdraws_keeps_its_own_duties_until_the_file_is_closed(self, closing):
        presence = ("presence_ended", "fr-central", {"ended_on": "2026-11-02T10:30:00Z"})
        steps = [ACKNOWLEDGED, presence, WITHDRAWN, *([CLOSED] if closing else [])]
        state = dossier(*steps)
        own = [clock for clock in state.clocks if clock.owed_by == "issuing"]
        assert all((clock.met_at is not None) == closing for clock in own)
