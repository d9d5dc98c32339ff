"""The pages under /liaison/."""

from django.urls import path

from comity.web.liaison import asking, calls, duty, threads

urlpatterns = [
    path("", asking.who, name="liaison"),
    path("directory/", asking.directory, name="liaison-directory"),
    path("threads/", threads.listed, name="liaison-threads"),
    path("threads/new/", threads.begin, name="liaison-new"),
    path("threads/<slug:id>/", threads.thread, name="liaison-thread"),
    path("threads/<slug:id>/<slug:do>/", threads.change, name="liaison-change"),
    path("calls/", calls.listed, name="liaison-calls"),
    path("calls/new/", calls.begin, name="liaison-call-new"),
    path("calls/<int:number>/", calls.call, name="liaison-call"),
    path("calls/<int:number>/part/", calls.call_part, name="liaison-call-part"),
    path("calls/<int:number>/take/", calls.take, name="liaison-call-take"),
    path("banner/", calls.banner, name="liaison-banner"),
    path("duty/", duty.duty, name="liaison-duty"),
    path("duty/<slug:code>/", duty.roster, name="liaison-roster"),
    path("duty/<slug:code>/<int:line>/<slug:do>/", duty.change, name="liaison-duty-change"),
]
