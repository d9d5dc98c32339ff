import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comity.lib.canonical import NotCanonical, canonical, digest, parse

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé€😀", max_size=3), inner, max_size=4),
    max_leaves=20,
)


class TestCanonical:
    def test_sorts_keys_by_utf16_units_as_rfc_8785_section_3_2_3_asks(self):
        # the RFC's own example of sorting, without the control characters
        told = {
            "€": "Euro Sign",
            "\r": "Carriage Return",
            "1": "One",
            "😀": "Smiley",
            "ö": "Latin Small Letter O",
        }
        assert list(json.loads(canonical(told))) == ["\r", "1", "ö", "€", "😀"]

    @given(values)
    def test_comes_back_as_it_was(self, value):
        assert parse(canonical(value)) == value

    @given(values | st.text() | st.dictionaries(st.text(max_size=3), st.text(max_size=9)))
    def test_has_one_spelling_whoever_writes_it(self, value):
        try:
            spelled = rfc8785.dumps(value)
        except UnicodeError:  # half of a character
            with pytest.raises(NotCanonical):
                canonical(value)
        else:
            assert canonical(value) == spelled

    @pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, float("nan"), 2**60, {1: "a"}, object(), "\ud800"])
    def test_refuses_what_has_no_single_spelling(self, value):
        with pytest.raises(NotCanonical):
            canonical(value)

    @pytest.mark.parametrize("raw", [b'{"b":1,"a":2}', b"[1, 2]", b"1.0", b"{", b"\xff", b"[" * 100_000])
    def test_refuses_json_in_another_spelling(self, raw):
        with pytest.raises(NotCanonical):
            parse(raw)

    def test_digest_is_sha_256_of_the_bytes(self):
        assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
