"""The pages of evidence and their addresses."""

from django.urls import path

from comity.web.evidence import deciding, items, passport, steps, taking

ITEM = "cases/<slug:number>/items/<slug:label>"

urlpatterns = [
    path("cases/<slug:number>/items/", items.listed, name="case-items"),
    path("cases/<slug:number>/items/add/", taking.add, name="case-item-add"),
    path("cases/<slug:number>/items/received/", taking.received, name="case-item-received"),
    path(f"{ITEM}/", items.item, name="case-item"),
    path(f"{ITEM}/bytes/", items.download, name="case-item-bytes"),
    path(f"{ITEM}/check/", items.check, name="case-item-check"),
    path(f"{ITEM}/passport/", passport.passport, name="case-item-passport"),
    path(f"{ITEM}/derive/", taking.derive, name="case-item-derive"),
    path(f"{ITEM}/draft/", steps.draft, name="case-item-draft"),
    path(f"{ITEM}/propose/", deciding.propose, name="case-item-propose"),
    path(f"{ITEM}/correct/<int:entry>/", steps.correct, name="case-item-correct"),
    path(f"{ITEM}/step/<slug:what>/", steps.step, name="case-item-step"),
    path("evidence/measures/", deciding.measures, name="measures"),
    path("evidence/measures/<int:id>/", deciding.measure, name="measure"),
]
