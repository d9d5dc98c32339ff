"""The pages of cases and their addresses; those of people and things, evidence and disclosure stand in their areas."""

from django.urls import path

from comity.web.cases import index, overview

urlpatterns = [
    path("search/", index.listed, name="search"),
    path("cases/", index.listed, name="cases"),
    path("cases/overseen/", index.overseen, name="cases-overseen"),
    path("cases/new/", index.new, name="case-new"),
    path("cases/<slug:number>/", overview.overview, name="case"),
]
