"""The node-to-node endpoint below /exchange/ (docs/spec/http.md)."""

from django.urls import path, re_path

from comity.api import views

app_name = "api"
BLOB = r"^v1/blobs/(?P<blob>[0-9a-f]{64})"

urlpatterns = [
    path("v1/card", views.card, name="card"),
    path("v1/push", views.push, name="push"),
    path("v1/position", views.position, name="position"),
    path("v1/log/checkpoint", views.checkpoint, name="checkpoint"),
    re_path(BLOB + r"$", views.blob, name="blob"),
    re_path(BLOB + r"/manifest$", views.manifest, name="manifest"),
    re_path(BLOB + r"/chunks/(?P<n>0|[1-9][0-9]{0,8})$", views.chunk, name="chunk"),
]
