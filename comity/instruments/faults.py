"""What is wrong with a definition, a translation or a receiver's requirement, with the place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.lib import strict_yaml
from comity.lib.errors import BadInput
from comity.lib.faults import Fault


@dataclass(frozen=True)
class Problem:
    """A fault whose line is not known yet: the JSON pointer, a sentence, and what may stand there."""

    pointer: str
    says: str
    allowed: tuple[str, ...] = ()


class DefinitionFaults(BadInput):
    """A file of this room cannot be used; ``faults`` holds every reason, not only the first."""

    code = "instruments.definition-faults"
    says = "{count} to mend:\n{lines}"
    next_step = "Mend each place named; docs/rooms/instruments.md explains every key."

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults), lines="\n".join(str(fault) for fault in self.faults))


def unknown(what: str, name: object, allowed: Iterable[str]) -> str:
    """The sentence for a name that does not exist, with the nearest one that does."""
    return f"There is no {what} {str(name)!r}.{near(name, allowed)}"


def near(name: object, allowed: Iterable[str]) -> str:
    """ " Did you mean 'x'?", or nothing when no name is close."""
    close = difflib.get_close_matches(str(name), [str(one) for one in allowed], n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def escape(key: object) -> str:
    """One part of a JSON pointer (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def placed(problems: Iterable[Problem], document: strict_yaml.Document) -> list[Fault]:
    """Problems with the file and line where they stand, in the order of the file."""
    found = [Fault(document.file, document.line(one.pointer), one.pointer, one.says, one.allowed) for one in problems]
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line)


def read(path: Path) -> strict_yaml.Document:
    """A YAML file of this room as plain JSON values; a day is text here.

    :raises DefinitionFaults: it cannot be read, or is not YAML of the strict kind.
    """
    try:
        return strict_yaml.read(path, days=False)
    except strict_yaml.BadYaml as error:
        line = int(error.fields["line"])
        raise DefinitionFaults([Fault(path.name, line, "", f"{error.fields['why']}.")]) from None
    except OSError as error:
        raise DefinitionFaults([Fault(path.name, 1, "", f"The file cannot be read: {error.strerror}.")]) from None
