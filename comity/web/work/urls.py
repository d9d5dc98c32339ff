"""The work of a unit, figures, reminders."""

from django.urls import path

from comity.web.work import figures, reminders, unit

urlpatterns = [
    path("unit/", unit.triage, name="unit"),
    path("unit/load/", unit.load, name="unit-load"),
    path("unit/load/absences/", unit.absence, name="unit-absence"),
    path("unit/load/absences/<int:number>/end/", unit.end_absence, name="unit-absence-end"),
    path("unit/escalations/", unit.escalations, name="unit-escalations"),
    path("unit/escalations/rules/", unit.ladder, name="unit-ladder"),
    path("unit/escalations/<int:number>/", unit.acknowledge, name="unit-escalation"),
    path("unit/urgency/", unit.urgency, name="unit-urgency"),
    path("unit/urgency/budget/<slug:code>/", unit.budget, name="unit-budget"),
    path("unit/urgency/<int:number>/downgrade/", unit.downgrade, name="unit-downgrade"),
    path("figures/", figures.figures, name="figures"),
    path("figures.csv", figures.export, name="figures-csv"),
    path("figures/dossiers/", figures.dossiers, name="figures-dossiers"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/people/<str:username>/", reminders.person, name="reminders-person"),
]
