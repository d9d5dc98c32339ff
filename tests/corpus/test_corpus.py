"""The corpus of seeded defects (bench/corpus.py): what the preflight finds of it, and that both nodes find the same."""

import json

import pytest

from bench import corpus, preflight
from comity.instruments import catalogue
from comity.instruments import preflight as rules
from comity.lib import canonical

CASES = corpus.corpus()


@pytest.fixture(scope="module")
def tally():
    return preflight.tally(CASES)


def test_there_are_enough_of_every_kind_and_instrument():
    assert len([case for case in CASES if case.kind != "sound"]) >= 500
    assert {case.instrument for case in CASES} == set(catalogue.ids())
    assert {case.kind for case in CASES} == {*corpus.KINDS, "sound"}


def test_the_same_seed_makes_the_same_corpus():
    assert [case.id for case in corpus.corpus()] == [case.id for case in CASES]
    assert corpus.corpus()[5].request == CASES[5].request


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_at_least_ninety_five_in_a_hundred_of_each_kind_are_found(tally, kind):
    right, all_of = tally
    assert right[kind] >= 0.95 * all_of[kind], f"{right[kind]} of {all_of[kind]}"


def test_at_most_five_sound_requests_in_a_hundred_are_stopped(tally):
    right, all_of = tally
    assert right["sound"] >= 0.95 * all_of["sound"]


def test_a_finding_names_the_place_of_the_defect():
    """Not just anything is found: a finding stands at the place, below it or above it, that was broken."""
    near = []
    for case in CASES:
        if case.kind in ("sound", "threshold", "before the treaty", "same State"):
            continue  # the defect is not at one place
        found = rules.run(catalogue.get(case.instrument), case.request, case.requirements, on=corpus.ON).findings
        near.append(any(one.pointer and _same_place(one.pointer, case.pointer) for one in found))
    assert sum(near) >= 0.95 * len(near)


def _same_place(one, other):
    return one.startswith(other) or other.startswith(one)


def test_the_receiver_comes_to_the_same_verdict():
    """What arrives is the canonical request; the receiver reads it in another language, with the same requirements."""
    for case in CASES:
        definition = catalogue.get(case.instrument)
        sent = rules.run(definition, case.request, case.requirements, on=corpus.ON)
        try:
            arrived = json.loads(canonical.canonical(case.request))
        except canonical.NotCanonical:
            continue  # it could not have been signed
        there = rules.run(definition, arrived, case.requirements, on=corpus.ON, language="fr")
        assert (there.verdict, [one.rule for one in there.findings], [one.pointer for one in there.findings]) == (
            sent.verdict,
            [one.rule for one in sent.findings],
            [one.pointer for one in sent.findings],
        ), case.id
