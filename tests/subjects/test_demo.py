"""The invented subjects of the demo fit the rules of the room."""

from comity.demo import private_subjects
from comity.subjects import queries
from tests.subjects.conftest import AT


def test_the_demo_has_a_dozen_subjects_with_relations_a_correction_and_a_merge(alice, case):
    refs = private_subjects.fill(case, by=alice, at=AT)
    rows = queries.in_compartment(alice, case, AT).rows
    assert len(rows) == len(private_subjects.CAST) - 1
    boris = queries.of_ref(alice, refs["boris"], AT)
    assert {row.edge.schema for row in queries.relations(alice, boris, AT).rows} == {"Ownership", "Associate"}
    assert queries.limits(alice, boris, "de-bfj", AT) != []
