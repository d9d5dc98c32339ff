"""Sign-ins are erased in whole seals; the triggers stand again afterwards, and the log names the seal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from comity.access import actions as access
from comity.access import forgetting, history, record, signing
from comity.access.models import Seal, SignIn

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed():
    user, _ = access.create_user("alice", "Alice Martin", password="five unrelated words", at=AT)
    for at in (AT, LATER):
        signing.record("signed in", user=user, at=at, how="passkey", ip="192.0.2.7", browser="X/1")
        record.seal_next("sign-ins", record.settled("sign-ins"), at=at)


def test_those_of_an_old_seal_go_and_the_others_stay(sealed):
    (batch,) = forgetting.batches(LATER, limit=10)
    gone = forgetting.erase_sign_ins(batch.name, before=LATER)
    assert (gone.count, SignIn.objects.count()) == (1, 1)
    assert [bytes(row.raw) == b"" for row in Seal.objects.filter(record="sign-ins").order_by("last")] == [True, False]
    assert forgetting.batches(LATER, limit=10) == []


def test_the_record_only_grows_again_afterwards(sealed):
    (batch,) = forgetting.batches(LATER, limit=10)
    forgetting.erase_sign_ins(batch.name, before=LATER)
    assert history.missing(connection) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        SignIn._base_manager.all()._raw_delete("default")


@pytest.mark.parametrize("name", ["1-99", "x", "", "2-2"])
def test_what_is_no_seal_or_too_young_is_refused(sealed, name):
    with pytest.raises(forgetting.NotSealed):
        forgetting.erase_sign_ins(name, before=LATER)
    assert SignIn.objects.count() == 2


def test_the_next_seal_goes_on_where_the_erased_one_ended(sealed):
    (batch,) = forgetting.batches(LATER, limit=10)
    forgetting.erase_sign_ins(batch.name, before=LATER)
    signing.record("sign-in failed", at=LATER, why="no such user", ip="192.0.2.7")
    made = record.seal_next("sign-ins", record.settled("sign-ins"), at=LATER)
    assert made.name == "3-3"
