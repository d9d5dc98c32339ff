"""Every page and its address."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.generic import RedirectView

from comity.web import built
from comity.web.dossier import views as dossier
from comity.web.drafting import act_form, begin, deciding, documents, form, weighing
from comity.web.law import countries as law_countries
from comity.web.law import dual as law_dual
from comity.web.law import harmonisation as law_harmonisation
from comity.web.law import index as law_index
from comity.web.law import route as law_route
from comity.web.law import treaties as law_treaties
from comity.web.network import log, peers
from comity.web.people import account as own
from comity.web.people import views as people
from comity.web.requirements import publishing
from comity.web.requirements import views as requirements
from comity.web.safeguards import assurances, competing, received
from comity.web.worklist import views as worklist

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("drafts/", worklist.drafts, name="drafts"),
    path("approvals/", worklist.approvals, name="approvals"),
    # a new request
    path("new/", begin.choose_instrument, name="new"),
    path("new/<slug:instrument>/", begin.choose_receiver, name="new-receiver"),
    path("new/<slug:instrument>/start/", begin.start, name="new-start"),
    # a draft
    path("drafts/<int:number>/", form.tasks, name="draft"),
    path("drafts/<int:number>/form/<slug:name>/", form.section, name="draft-section"),
    path("drafts/<int:number>/act/", act_form.act_form, name="draft-act"),
    path("drafts/<int:number>/grounds/", weighing.weighing, name="draft-weighing"),
    path("drafts/<int:number>/documents/", documents.documents, name="draft-documents"),
    path("drafts/<int:number>/documents/<int:document>/detach/", documents.detach, name="draft-detach"),
    path("drafts/<int:number>/documents/<int:document>/reattach/", documents.reattach, name="draft-reattach"),
    path("drafts/<int:number>/language/", deciding.choose_language, name="draft-language"),
    path("drafts/<int:number>/check/", deciding.check, name="draft-check"),
    path("drafts/<int:number>/review/", deciding.review, name="draft-review"),
    path("drafts/<int:number>/preview.pdf", deciding.preview, name="draft-pdf"),
    path("drafts/<int:number>/submit/", deciding.submit, name="draft-submit"),
    path("drafts/<int:number>/approve/", deciding.approve, name="draft-approve"),
    path("drafts/<int:number>/send/", deciding.send, name="draft-send"),
    path("drafts/<int:number>/give-back/", deciding.give_back, name="draft-give-back"),
    path("drafts/<int:number>/discard/", deciding.discard, name="draft-discard"),
    path("drafts/<int:number>/restore/", deciding.restore, name="draft-restore"),
    # a dossier
    path("dossiers/<slug:id>/", dossier.overview, name="dossier"),
    path("dossiers/<slug:id>/request/", dossier.request, name="dossier-request"),
    path("dossiers/<slug:id>/timeline/", dossier.timeline, name="dossier-timeline"),
    path("dossiers/<slug:id>/documents/", dossier.documents, name="dossier-documents"),
    path("dossiers/<slug:id>/timeline/part/", dossier.timeline_part, name="dossier-timeline-part"),
    path("dossiers/<slug:id>/documents/part/", dossier.documents_part, name="dossier-documents-part"),
    path("dossiers/<slug:id>/request.pdf", dossier.pdf, name="dossier-pdf"),
    path("dossiers/<slug:id>/assign/", dossier.assign, name="dossier-assign"),
    path("dossiers/<slug:id>/begin/<slug:act_type>/", dossier.begin, name="dossier-begin"),
    path("documents/<int:number>/", dossier.download, name="document"),
    # the law: countries, treaties, routes, comparisons
    path("law/", law_index.index, name="law"),
    path("law/countries/", law_countries.country_list, name="law-countries"),
    path("law/countries/<slug:code>/", law_countries.country, name="law-country"),
    path("law/compare/", law_countries.compare, name="law-compare"),
    path("law/treaties/", law_treaties.treaty_list, name="law-treaties"),
    path("law/treaties/<slug:id>/", law_treaties.treaty, name="law-treaty"),
    path("law/treaties/<slug:id>.csv", law_treaties.parties_csv, name="law-treaty-csv"),
    path("law/harmonisation/", law_harmonisation.matrix, name="law-harmonisation"),
    path("law/harmonisation/offences.csv", law_harmonisation.matrix_csv, name="law-harmonisation-csv"),
    path("law/harmonisation/gaps/", law_harmonisation.gaps, name="law-gaps"),
    path("law/harmonisation/gaps.csv", law_harmonisation.gaps_csv, name="law-gaps-csv"),
    path("law/harmonisation/differences/", law_harmonisation.differences, name="law-differences"),
    path("law/harmonisation/differences.csv", law_harmonisation.differences_csv, name="law-differences-csv"),
    path("law/harmonisation/budapest/", law_harmonisation.budapest, name="law-budapest"),
    path("law/harmonisation/budapest.csv", law_harmonisation.budapest_csv, name="law-budapest-csv"),
    path("law/route/", law_route.route, name="law-route"),
    path("law/dual-criminality/", law_dual.dual_criminality, name="law-dual"),
    # safeguards
    path("safeguards/assurances/", assurances.register, name="assurances"),
    path("safeguards/breaches/<slug:act>/", assurances.breach, name="breach"),
    path("safeguards/received/", received.ledger, name="received"),
    path("safeguards/received.csv", received.export, name="received-csv"),
    path("safeguards/received/<slug:dossier>/<slug:act>/", received.thing, name="received-thing"),
    path("safeguards/competing/", competing.listed, name="competing"),
    path("safeguards/competing/new/", competing.begin, name="competing-new"),
    path("safeguards/competing/<int:number>/", competing.case, name="competing-case"),
    path("safeguards/competing/<int:number>/change/", competing.change, name="competing-change"),
    path("safeguards/competing/<int:number>/decide/", competing.decide, name="competing-decide"),
    path("safeguards/competing/<int:number>/requests/add/", competing.add, name="competing-add"),
    path("safeguards/competing/<int:number>/requests/<int:place>/", competing.statement, name="competing-request"),
    # peers and the log
    path("peers/", peers.peers, name="peers"),
    path("peers/add/", peers.add, name="peer-add"),
    path("peers/own/", peers.own, name="peer-own"),
    path("peers/own/card", peers.own_card, name="peer-own-card"),
    path("peers/own/send/", peers.send_own, name="peer-own-send"),
    path("peers/own/requirements/", requirements.requirements, name="requirements"),
    path("peers/own/requirements/add/", requirements.add, name="requirement-add"),
    path("peers/own/requirements/take-back/", requirements.take_back, name="requirements-take-back"),
    path("peers/own/requirements/preview/", publishing.preview, name="requirements-preview"),
    path("peers/own/requirements/publish/", publishing.publish, name="requirements-publish"),
    path("peers/own/requirements/change/<str:id>/", requirements.change, name="requirement"),
    path("peers/own/requirements/change/<str:id>/move/", requirements.move, name="requirement-move"),
    path("peers/own/requirements/change/<str:id>/remove/", requirements.remove, name="requirement-remove"),
    path("peers/<slug:authority>/", peers.peer, name="peer"),
    path("peers/<slug:authority>/remove/", peers.remove, name="peer-remove"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="log-verify"),
    path("log/<int:index>/proof/", log.proof, name="log-proof"),
    # people
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/units/add/", people.add_unit, name="unit-add"),
    path("people/<str:username>/", people.person, name="person"),
    path("people/<str:username>/change/", people.change, name="person-change"),
    path("reads/", people.reads, name="reads"),
    path("account/", own.account, name="account"),
    path("language/", own.language, name="language"),
    path("built/<str:name>", built.serve, name="built"),
    # sign-in: what we use of allauth; the names that it needs and we do not offer lead elsewhere
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/forgotten/", own.no_reset, name="account_reset_password"),
    path("account/signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("account/second-factor/", RedirectView.as_view(pattern_name="account"), name="mfa_index"),
    path("account/second-factor/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("account/second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
