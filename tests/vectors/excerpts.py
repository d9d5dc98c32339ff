"""Examples in docs/spec/ are excerpts of the vectors: ``python -m tests.vectors.excerpts`` writes them anew.

A fenced block that begins with ``json example=FILE#POINTER`` (or ``text``) shows the value at that place.
"""

import json
import re
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent
PAGES = VECTORS.parents[1] / "docs" / "spec"
BLOCK = re.compile(r"```(json|text) example=(\S+)#(\S*)\n(.*?)```", re.DOTALL)
LONGEST = 72


def value_at(file: str, pointer: str) -> Any:
    """What the vectors hold at a JSON pointer."""
    value = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def shown(language: str, value: Any) -> str:
    """The value as a page shows it, long texts cut in the middle."""
    if language == "text":
        return "\n".join(_short(line) for line in str(value).splitlines()) + "\n"
    plain = json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    return json.dumps(_shortened(plain), indent=2, ensure_ascii=False) + "\n"


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return _short(value) if isinstance(value, str) else value


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:48]}…{text[-8:]}"


def renewed(page: str) -> str:
    """The page with all its examples as the vectors have them now."""

    def block(found: re.Match[str]) -> str:
        language, file, pointer = found[1], found[2], found[3]
        return f"```{language} example={file}#{pointer}\n{shown(language, value_at(file, pointer))}```"

    return BLOCK.sub(block, page)


def main() -> None:
    for file in sorted(PAGES.glob("*.md")):
        file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
