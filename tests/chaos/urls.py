from django.urls import include, path

urlpatterns = [path("exchange/", include("comity.api.urls"))]
