"""Pages at the root, nodes talk under /exchange/."""

from django.urls import include, path

urlpatterns = [
    path("exchange/", include("comity.api.urls")),
    path("", include("comity.web.urls")),
]
