"""The pages of who needs to know: what one holds, absences, broken glass, clearances, the rules."""

from django.urls import path

from comity.web.people import clearances, glass, rule_table, standing

urlpatterns = [
    path("", standing.standing, name="access"),
    path("absences/", standing.absences, name="absences"),
    path("absences/<int:number>/end/", standing.end, name="absence-end"),
    path("glass/", glass.glass, name="glass"),
    path("glass/<int:number>/", glass.emergency, name="emergency"),
    path("clearances/", clearances.clearances, name="clearances"),
    path("clearances/<str:username>/", clearances.clearance, name="clearance"),
    path("rules/", rule_table.rule_table, name="rules"),
]
