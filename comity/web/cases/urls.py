"""The pages of cases and their addresses; those of people and things, evidence and disclosure stand in their areas."""

from django.urls import path

from comity.web.cases import dossiers, finding, index, notes, overview, seats, story, tasks

urlpatterns = [
    path("search/", finding.search, name="search"),
    path("cases/", index.listed, name="cases"),
    path("cases/overseen/", index.overseen, name="cases-overseen"),
    path("cases/join/", dossiers.join, name="case-join"),
    path("cases/new/", index.new, name="case-new"),
    path("cases/<slug:number>/", overview.overview, name="case"),
    path("cases/<slug:number>/brief.pdf", overview.brief_pdf, name="case-brief-pdf"),
    path("cases/<slug:number>/brief.txt", overview.brief_text, name="case-brief-text"),
    path("cases/<slug:number>/change/", overview.change, name="case-change"),
    path("cases/<slug:number>/state/", overview.state, name="case-state"),
    path("cases/<slug:number>/notes/", notes.notes, name="case-notes"),
    path("cases/<slug:number>/notes/<int:note>/", notes.correct, name="case-note"),
    path("cases/<slug:number>/tasks/add/", tasks.add, name="case-task-add"),
    path("cases/<slug:number>/tasks/<int:task>/", tasks.change, name="case-task"),
    path("cases/<slug:number>/tasks/<int:task>/done/", tasks.done, name="case-task-done"),
    path("cases/<slug:number>/timeline/", story.timeline, name="case-timeline"),
    path("cases/<slug:number>/people/", seats.people, name="case-people"),
    path("cases/<slug:number>/people/seats/", seats.seats, name="case-seats"),
    path("cases/<slug:number>/people/reach/", seats.reach, name="case-reach"),
    path("cases/<slug:number>/people/circles/", seats.circles, name="case-circles"),
    path("cases/<slug:number>/dossiers/", dossiers.dossiers, name="case-dossiers"),
    path("cases/<slug:number>/dossiers/change/", dossiers.change, name="case-dossiers-change"),
]
