"""What one holds, absences, broken glass, clearances and the rules, in a browser without a screen."""

import re
from datetime import timedelta

import pytest

from comity.access import actions, queries
from comity.lib import clock
from comity.web.people import words
from tests.dossiers.conftest import person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def dan(mla, node):
    return person("dan", "officer", "mla")


@pytest.fixture
def case(alice, mla, dan):
    return actions.create_compartment("c-2026-0001", unit=mla, by=dan, at=clock.now())


def days(first, last):
    told = {}
    for name, day in (("from", first), ("until", last)):
        told |= {f"/{name}.day": str(day.day), f"/{name}.month": str(day.month), f"/{name}.year": str(day.year)}
    return told


class TestStanding:
    def test_shows_roles_seats_clearance_and_for_whom_one_stands_in(self, browse, case, alice, dan, ada):
        now = clock.now()
        actions.name_deputy(dan, alice, starts_at=now - DAY, until=now + DAY, by=dan, at=now)
        actions.set_clearance(alice, 2, by=ada, at=now)
        shown = browse(alice).get("/access/").content.decode()
        for told in ("Confidential", "c-2026-0001", dan.full_name, "Officer"):
            assert told in shown

    def test_of_a_colleague_are_their_own(self, browse, case, bob):
        assert "c-2026-0001" not in browse(bob).get("/access/").content.decode()

    def test_is_for_people_who_signed_in(self, browse):
        for path in ("", "absences/", "glass/", "rules/", "clearances/"):
            assert browse(None).get(f"/access/{path}").status_code == 302


class TestAbsences:
    def test_one_says_when_one_is_away_and_takes_it_back(self, browse, alice, dan):
        today = clock.now().date()
        page = browse(alice)
        answer = page.post("/access/absences/", {**days(today, today + DAY), "/deputy": "dan", "/reason": "Leave"})
        assert answer.status_code == 302, answer.content.decode()
        (row,) = queries.absences(clock.now())
        assert (row.absent, row.deputy, row.reason) == (alice, dan, "Leave")
        assert "Leave" in page.get("/access/absences/").content.decode()
        assert alice.full_name in browse(dan).get("/access/absences/").content.decode()
        page.post(f"/access/absences/{row.pk}/end/")
        assert queries.absences(clock.now()) == []

    def test_what_makes_no_sense_is_told_at_its_box(self, browse, alice, dan):
        today = clock.now().date()
        for first, last in ((today, today - DAY), (today - 5 * DAY, today - 3 * DAY)):
            answer = browse(alice).post("/access/absences/", days(first, last))
            assert answer.status_code == 400
            assert "There is a problem" in answer.content.decode()
        assert browse(alice).post("/access/absences/", {}).status_code == 400
        assert queries.absences(clock.now()) == []

    def test_nobody_ends_that_of_somebody_else_or_one_that_is_not_there(self, browse, alice, bob, charlie):
        now = clock.now()
        row = actions.name_deputy(alice, None, starts_at=now, until=now + DAY, by=alice, at=now)
        assert browse(charlie).post(f"/access/absences/{row.pk}/end/").status_code == 404
        assert browse(alice).post("/access/absences/999/end/").status_code == 404
        assert browse(alice).get(f"/access/absences/{row.pk}/end/").status_code == 405
        assert len(queries.absences(now)) == 1


class TestGlass:
    def broken(self, page, **other):
        return page.post("/access/glass/", {"/case": "c-2026-0001", "/reason": "A hostage.", "/sure": "yes", **other})

    def test_opens_the_case_and_waits_for_the_supervisor(self, browse, case, alice, bob):
        answer = self.broken(browse(alice))
        assert answer.status_code == 302, answer.content.decode()
        (row,) = queries.to_review(bob)
        assert row.reason == "A hostage."
        assert "c-2026-0001" in browse(alice).get("/access/").content.decode()
        listed = browse(bob).get("/access/glass/").content.decode()
        assert "Waits for your review" in listed
        assert "(1 waits)" in browse(bob).get("/access/").content.decode()
        review = browse(bob).post(f"/access/glass/{row.pk}/", {"/justified": "no", "/finding": "He could have called."})
        assert review.status_code == 302
        assert "He could have called." in browse(alice).get(f"/access/glass/{row.pk}/").content.decode()
        assert queries.to_review(bob) == []

    def test_shows_the_reviewer_what_was_looked_at(self, browse, case, alice, bob):
        self.broken(browse(alice))
        (row,) = queries.to_review(bob)
        actor = queries.actor(alice, row.at)
        actions.record_read(actor, queries.thing("item", "c-2026-0001/7", case), row.at)
        assert "c-2026-0001/7" in browse(bob).get(f"/access/glass/{row.pk}/").content.decode()

    @pytest.mark.parametrize("wrong", [{"/case": "c-2026-0777"}, {"/reason": " "}, {"/sure": ""}, {"/case": ""}])
    def test_what_is_wrong_is_told_at_its_box(self, browse, case, alice, wrong):
        assert self.broken(browse(alice), **wrong).status_code == 400
        assert queries.emergencies(alice) == []

    def test_of_a_case_that_one_reads_anyhow_just_opens_it(self, browse, case, dan):
        assert self.broken(browse(dan)).status_code == 302
        assert queries.emergencies(dan) == []

    def test_is_found_by_nobody_else(self, browse, case, alice, bob, charlie, ada, dan):
        self.broken(browse(alice))
        (row,) = queries.to_review(bob)
        for user in (charlie, ada, dan):
            assert browse(user).get(f"/access/glass/{row.pk}/").status_code == 404
        assert browse(bob).get("/access/glass/999/").status_code == 404

    def test_is_not_reviewed_by_whoever_broke_it(self, browse, case, bob):
        self.broken(browse(bob))
        (row,) = queries.emergencies(bob)
        page = browse(bob)
        assert "Keep the finding" not in page.get(f"/access/glass/{row.pk}/").content.decode()
        told = {"/justified": "yes", "/finding": "Fine."}
        assert page.post(f"/access/glass/{row.pk}/", told).status_code == 403

    def test_is_no_page_of_administrators(self, browse, ada, case):
        assert browse(ada).get("/access/glass/").status_code == 403
        assert self.broken(browse(ada)).status_code == 403

    def test_an_auditor_reviews_and_breaks_none(self, browse, olga, case):
        assert browse(olga).get("/access/glass/").status_code == 200
        assert self.broken(browse(olga)).status_code == 403


class TestClearances:
    def test_an_administrator_sets_one_for_a_time(self, browse, ada, alice):
        day = (clock.now() + 30 * DAY).date()
        told = {"/level": "secret", **{key: value for key, value in days(day, day).items() if "until" in key}}
        assert browse(ada).post("/access/clearances/alice/", told).status_code == 302
        assert queries.clearance_of(alice, clock.now()) == 3
        assert queries.clearance_of(alice, clock.now() + 32 * DAY) == 0
        shown = browse(ada).get("/access/clearances/").content.decode()
        assert "Secret" in shown
        assert "Secret" in browse(ada).get("/access/clearances/alice/").content.decode()

    def test_an_auditor_reads_and_sets_none(self, browse, olga, alice):
        assert browse(olga).get("/access/clearances/").status_code == 200
        page = browse(olga).get("/access/clearances/alice/").content.decode()
        assert '<button class="govuk-button"' not in page
        assert browse(olga).post("/access/clearances/alice/", {"/level": "secret"}).status_code == 403
        assert queries.clearance_of(alice, clock.now()) == 0

    def test_nobody_clears_themselves(self, browse, ada):
        assert browse(ada).post("/access/clearances/ada/", {"/level": "secret"}).status_code == 403

    def test_a_day_that_is_over_is_refused(self, browse, ada, alice):
        day = (clock.now() - 3 * DAY).date()
        told = {"/level": "secret", **{key: value for key, value in days(day, day).items() if "until" in key}}
        assert browse(ada).post("/access/clearances/alice/", told).status_code == 400

    def test_are_not_shown_to_others_and_a_missing_user_is_not_found(self, browse, alice, ada):
        assert browse(alice).get("/access/clearances/").status_code == 403
        assert browse(ada).get("/access/clearances/zoe/").status_code == 404


class TestRules:
    def test_every_line_is_there_in_words(self, browse, alice):
        from comity.access.rules import TABLE

        shown = browse(alice).get("/access/rules/").content.decode()
        assert [row.name for row in TABLE if f'id="{row.name}"' not in shown] == []

    def test_every_word_has_words(self):
        from comity.access.rules import KINDS, TABLE, VERBS

        assert set(words.verbs()) == set(VERBS)
        assert set(words.kinds()) == set(KINDS)
        assert all(words.who(row) and words.may(row) and words.what(row) for row in TABLE)

    def test_why_somebody_may_not_is_told_with_the_line_and_who_could(self, browse, case, dan, alice):
        asked = {"verb": "lead", "kind": "case", "case": "c-2026-0001"}
        assert "Yes: " in browse(dan).get("/access/rules/", asked).content.decode()
        no = browse(alice).get("/access/rules/", asked).content.decode()
        assert "No: " in no
        assert "nothing-fits" in no
        assert "Could do it: Lead" in no

    def test_a_case_that_one_may_not_know_of_is_as_one_that_is_not_there(self, browse, case, alice, dan):
        actions.set_need(case, "unit", by=dan, at=clock.now())
        charlie = person("carla", "officer", actions.create_unit("tax", "Tax", at=clock.now()).code)
        told = [
            browse(charlie).get("/access/rules/", {"verb": "read", "kind": "case", "case": name}).content.decode()
            for name in ("c-2026-0001", "c-2026-0002")
        ]
        told = [re.sub(r'value="\w{64}"|c-2026-000\d', "", text) for text in told]
        assert told[0] == told[1]
        ours = browse(alice).get("/access/rules/", {"verb": "read", "kind": "case", "case": "c-2026-0001"})
        assert "unit-reads-open-cases" in ours.content.decode()

    def test_only_overseers_ask_for_others(self, browse, olga, alice, dan):
        asked = {"verb": "draft", "kind": "dossier", "unit": "mla", "who": "dan"}
        assert f"Yes: {dan.full_name}" in browse(olga).get("/access/rules/", asked).content.decode()
        assert dan.full_name not in browse(alice).get("/access/rules/", asked).content.decode()
        assert browse(olga).get("/access/rules/", {**asked, "who": "zoe"}).status_code == 400

    def test_the_picture_is_of_the_kind_that_was_asked(self, browse, alice):
        shown = browse(alice).get("/access/rules/", {"kind": "thread", "verb": "read"}).content.decode()
        assert "At a glance: conversation" in shown
        assert "outside cases" in shown
