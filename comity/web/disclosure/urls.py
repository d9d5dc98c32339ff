"""The pages of disclosure: below a case, and the one door of a visitor."""

from django.urls import path

from comity.web.disclosure import deciding, proposing, visiting

urlpatterns = [
    path("windows/", deciding.listed, name="windows"),
    path("cases/<slug:number>/windows/", proposing.windows, name="case-disclosure"),
    path("cases/<slug:number>/windows/new/", proposing.new, name="window-new"),
    path("cases/<slug:number>/windows/<slug:id>/", deciding.window, name="window"),
    path("cases/<slug:number>/windows/<slug:id>/bundle.zip", deciding.bundle, name="window-bundle"),
    path("cases/<slug:number>/windows/<slug:id>/lines/<int:n>.json", deciding.opening, name="window-opening"),
    path("window/<slug:id>/", visiting.door, name="visit"),
    path("window/<slug:id>/verify/", visiting.procedure, name="visit-verify"),
    path("window/<slug:id>/items/<int:n>/", visiting.item, name="visit-item"),
    path("window/<slug:id>/bundle.zip", visiting.bundle, name="visit-bundle"),
    path("window/<slug:id>/leave/", visiting.leave, name="visit-leave"),
]
