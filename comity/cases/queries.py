"""What is known about cases. docs/rooms/cases.md lists the queries with their meaning.

Rows are filtered by access where they are found (`sight`), so no page can forget it.
"""

from comity.cases.listing import cases, overseen
from comity.cases.models import Case
from comity.cases.purposes import known as purposes
from comity.cases.sight import CaseClosed, NotFound
from comity.cases.telling import history
from comity.cases.templates import known as templates
from comity.cases.values import CaseRow, Cases, CaseView, LinkView, NoteView, Overseen, Table, TaskView
from comity.cases.viewing import case, cases_of, links, members, notes, tasks

__all__ = [
    "Case", "CaseClosed", "CaseRow", "CaseView", "Cases", "LinkView", "NotFound", "NoteView", "Overseen", "Table",
    "TaskView", "case", "cases", "cases_of", "history", "links", "members", "notes", "overseen", "purposes", "tasks",
    "templates",
]  # fmt: skip
