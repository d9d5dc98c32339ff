"""Private case files: members, notes, tasks, links (docs/rooms/cases.md)."""
