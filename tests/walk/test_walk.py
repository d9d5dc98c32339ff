"""Ten thousand mixed steps: nobody is ever shown a text that docs/rooms/access.md forbids them to read."""

import pytest

from tests.walk.walker import Leak, Walker

STEPS = 2500


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nobody_is_shown_what_the_table_forbids(seed):
    walker = Walker(seed)
    walker.set_up()
    walker.walk(STEPS)
    # The walk went somewhere: things were written, and people saw them.
    assert walker.done > STEPS / 3
    assert len(walker.world.secrets) > 50
    assert walker.shown > 300


@pytest.mark.django_db
def test_the_walk_notices_a_leak(monkeypatch):
    """The judge is no rubber stamp: without the filter on notes it speaks up."""
    from django.db.models import Q

    from comity.access import queries as people
    from comity.access import sight

    monkeypatch.setattr(people, "material", lambda *_, **__: Q())
    monkeypatch.setattr(sight, "material", lambda *_, **__: Q())
    walker = Walker(5)
    walker.set_up()
    with pytest.raises(Leak):
        walker.walk(STEPS)
