"""Addresses of signing in, second factors, sessions and the record of sign-ins."""

from django.urls import path

from comity.web.signing import keys, views

urlpatterns = [
    path("account/login/", keys.Login.as_view(), name="account_login"),
    path("account/login/passkey/", keys.PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    path("account/provider/", views.begin, name="provider_begin"),
    path("account/provider/callback/", views.callback, name="provider_callback"),
    path("account/provider/bind/", views.bind, name="provider_bind"),
    path("account/provider/unbind/", views.unbind, name="provider_unbind"),
    path("account/sessions/", views.open_sessions, name="sessions"),
    path("account/sessions/end/", views.end_session, name="sessions-end"),
    path("account/second-factor/", keys.factors, name="mfa_index"),
    path("account/second-factor/authenticate/", keys.SecondFactor.as_view(), name="mfa_authenticate"),
    path("account/second-factor/set-up/", keys.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/remove/", keys.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/second-factor/keys/add/", keys.AddKey.as_view(), name="mfa_add_webauthn"),
    path("account/second-factor/keys/confirm/", keys.KeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/keys/<int:pk>/", keys.RenameKey.as_view(), name="mfa_edit_webauthn"),
    path("account/second-factor/keys/<int:pk>/remove/", keys.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("reads/sign-ins/", views.history, name="sign-ins"),
]
