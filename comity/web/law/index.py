"""Where everything that the law room knows is found from."""

from django.conf import settings
from django.http import HttpResponse

from comity.law import national, parties, routes
from comity.web.law import asked
from comity.web.law.wording import families
from comity.web.pages import Http, language, page, signed_in, today


@signed_in
def index(http: Http) -> HttpResponse:
    """A country, a way to it, two countries, an offence in two laws, harmonisation, treaties."""
    return page(
        http,
        "law/index.html",
        countries=asked.countries(),
        sides=asked.countries(court=True),
        ours=settings.COMITY.country,
        families=families(language()),
        on=today(),
        treaties=len(parties.treaties()),
        measures=len(routes.measures()),
        recorded=len(national.known()),
    )
