"""What is known about cases. docs/rooms/cases.md lists the queries with their meaning.

Rows are filtered by access where they are found (`sight`), so no page can forget it.
"""

from comity.cases.gathering import brief
from comity.cases.listing import cases, overseen
from comity.cases.models import Case, Task
from comity.cases.printing import NotPrinted, brief_pdf
from comity.cases.purposes import known as purposes
from comity.cases.sight import CaseClosed, NotFound
from comity.cases.story import timeline
from comity.cases.telling import history
from comity.cases.templates import known as templates
from comity.cases.values import CaseRow, Cases, CaseView, LinkView, NoteView, Overseen, Table, TaskView
from comity.cases.viewing import case, cases_of, links, members, notes, tasks, to_link
from comity.cases.wording import Speaker, end_of_day, plain
from comity.dossiers.queries import NotFound as DossierNotFound

__all__ = [
    "Case", "CaseClosed", "CaseRow", "CaseView", "Cases", "DossierNotFound", "LinkView", "NotFound", "NotPrinted",
    "NoteView", "Overseen", "Speaker", "Table", "Task", "TaskView", "brief", "brief_pdf", "case", "cases", "cases_of",
    "end_of_day", "history", "links", "members", "notes", "overseen", "plain", "purposes", "tasks", "templates",
    "timeline", "to_link",
]  # fmt: skip
