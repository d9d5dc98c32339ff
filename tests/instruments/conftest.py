import copy

import pytest

from tests.instruments import sample as samples


@pytest.fixture
def sample():
    return samples.SAMPLE


@pytest.fixture
def request_():
    return copy.deepcopy(samples.EXAMPLE)
