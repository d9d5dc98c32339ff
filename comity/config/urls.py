"""Pages at the root, nodes talk under /exchange/."""

from django.urls import include, path

urlpatterns = [
    path("exchange/", include("comity.api.urls")),
    path("", include("comity.web.urls")),
]

handler429 = "comity.web.signing.limits.handler429"  # allauth looks for it here
