"""The pages of people and things, below a case."""

from django.urls import path

from comity.web.subjects import imports, listing, merging, relating, stating, subject

HERE = "cases/<slug:number>/subjects/"

urlpatterns = [
    path(HERE, listing.listed, name="case-subjects"),
    path(f"{HERE}export.csv", listing.as_csv, name="case-subjects-csv"),
    path(f"{HERE}export.json", listing.as_ftm, name="case-subjects-ftm"),
    path(f"{HERE}add/", stating.choose, name="case-subject-add"),
    path(f"{HERE}add/<str:kind>/", stating.add, name="case-subject-add-kind"),
    path(f"{HERE}import/", imports.listed, name="case-imports"),
    path(f"{HERE}import/<int:row>/", imports.one, name="case-import"),
    path(f"{HERE}import/<int:row>/columns/", imports.columns, name="case-import-columns"),
    path(f"{HERE}import/<int:row>/do/", imports.do, name="case-import-do"),
    path(f"{HERE}import/<int:row>/part/", imports.part, name="case-import-part"),
    path(f"{HERE}import/<int:row>/rejects.csv", imports.rejects, name="case-import-rejects"),
    path(f"{HERE}<slug:key>/", subject.subject, name="case-subject"),
    path(f"{HERE}<slug:key>/history/", subject.history, name="case-subject-history"),
    path(f"{HERE}<slug:key>/change/", subject.change, name="case-subject-change"),
    path(f"{HERE}<slug:key>/state/", stating.state, name="case-subject-state"),
    path(f"{HERE}<slug:key>/statements/<int:statement>/", stating.correct, name="case-subject-statement"),
    path(f"{HERE}<slug:key>/relate/", relating.relate, name="case-subject-relate"),
    path(f"{HERE}<slug:key>/merge/", merging.choose, name="case-subject-merge"),
    path(f"{HERE}<slug:key>/merge/<str:other>/", merging.merge, name="case-subject-merge-with"),
    path(f"{HERE}<slug:key>/unmerge/<int:merge>/", merging.unmerge, name="case-subject-unmerge"),
]
