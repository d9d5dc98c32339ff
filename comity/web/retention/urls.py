from django.urls import path

from comity.web.retention import views

urlpatterns = [
    path("", views.rules, name="retention"),
    path("rounds/", views.rounds, name="retention-rounds"),
    path("rounds/now/", views.erase_now, name="retention-now"),
    path("<slug:kind>/", views.kind, name="retention-kind"),
    path("<slug:kind>/rule/", views.set_rule, name="retention-rule"),
    path("<slug:kind>/hold/", views.hold, name="retention-hold"),
    path("<slug:kind>/release/<int:number>/", views.release, name="retention-release"),
]
