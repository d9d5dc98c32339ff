"""The two full-text engines: FTS5 in SQLite, tsvector in PostgreSQL. Tokens are letters and digits only."""

from collections.abc import Collection, Sequence

SCRUB = {
    # FTS5 keeps what was deleted in old segments until they are merged.
    "sqlite": ["INSERT INTO search_words(search_words) VALUES ('optimize')"],
    # VACUUM, which frees the dead rows themselves, cannot run inside a transaction: retention does it.
    "postgresql": ["SELECT gin_clean_pending_list('search_entry_vector')"],
}
MATCH = {
    "sqlite": "SELECT rowid FROM search_words WHERE search_words MATCH %s",
    # From a table of its own, because row-level security would keep PostgreSQL from using the index: ids alone.
    "postgresql": "SELECT search_match(%s)",
}
"""The ids of the entries that match, whoever may see them: never to be used without the filter on the rows."""


def scope(compartment: int | None, unit: int | None) -> str:
    """The token that tells in whose reach an entry is."""
    return f"zzc{compartment}" if compartment is not None else f"zzu{unit}"


def expression(vendor: str, groups: Sequence[Sequence[str]], scopes: Collection[str] | None) -> str:
    """What to match: all groups, the last word also as a beginning, and one of the scopes (None: any)."""
    return _fts5(groups, scopes) if vendor == "sqlite" else _tsquery(groups, scopes)


def _fts5(groups: Sequence[Sequence[str]], scopes: Collection[str] | None) -> str:
    last = len(groups) - 1
    parts = [f'"{" ".join(group)}"' + ("*" if number == last else "") for number, group in enumerate(groups)]
    if scopes is not None:
        parts.append("(" + " OR ".join(f'"{token}"' for token in sorted(scopes)) + ")")
    return " AND ".join(parts)


def _tsquery(groups: Sequence[Sequence[str]], scopes: Collection[str] | None) -> str:
    last = len(groups) - 1
    parts = ["(" + " <-> ".join(group) + (":*" if number == last else "") + ")" for number, group in enumerate(groups)]
    if scopes is not None:
        parts.append("(" + " | ".join(sorted(scopes)) + ")")
    return " & ".join(parts)
