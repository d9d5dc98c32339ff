"""A small definition of our own that uses every feature, its example, and acts under it."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from comity.instruments import loader
from comity.instruments.model import Act

DATA = Path(__file__).parent / "data"
LAWS = ["sample/acknowledge", "sample/decide", "sample/hurry", "sample/words"]
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAYS = {"sample/acknowledge": 7, "sample/decide": 30, "sample/hurry": 3}
SAMPLE = loader.load(DATA / "sample.yaml", composites=DATA / "composites.yaml", laws=lambda instrument: LAWS)
EXAMPLE = json.loads((DATA / "sample.json").read_text())


def due(law, *, started_at, country):
    """Law for the sample: whole days, or words."""
    end = started_at + timedelta(days=DAYS[law]) if law in DAYS else None
    return SimpleNamespace(at=end, rule=f"{law} in {country}", cite="Art. 9", source="text", confidence="verified")


def act(id, type, by, *parents, minutes=0, **content):
    return Act(id, type, by, START + timedelta(minutes=minutes), tuple(parents), content)


def opening(id="00", minutes=0, **changes):
    content = {
        "form": copy.deepcopy(EXAMPLE["form"]),
        "facts": {},
        "language": "en",
        "parties": {
            "issuing": {"authority": "aa-central", "country": "FR"},
            "executing": {"authority": "bb-central", "country": "NL"},
        },
        **changes,
    }
    return Act(id, "request", "aa-central", START + timedelta(minutes=minutes), (), content)
