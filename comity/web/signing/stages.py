"""The step of the second factor on the way in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

AT_PROVIDER = "second_factor_at_provider"  # in the session of somebody who showed it there


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the provider says that it did and node.toml lets its word stand."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if getattr(request, AT_PROVIDER, False):
            return False
        return bool(super()._should_handle(request))
