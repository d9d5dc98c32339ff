from datetime import UTC, datetime

import pytest

from comity.lib import clock


class TestMoments:
    def test_are_written_in_utc_to_the_second(self):
        paris = datetime.fromisoformat("2026-11-23T15:05:09.9+01:00")
        assert clock.stamp(paris) == "2026-11-23T14:05:09Z"

    def test_are_read_with_any_offset(self):
        assert clock.moment("2026-11-23T15:05:00+01:00") == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)

    @pytest.mark.parametrize("text", ["2026-11-23T15:05:00", "2026-11-23", "yesterday", "", None])
    def test_without_an_offset_are_refused_with_a_remedy(self, text):
        with pytest.raises(clock.NotAMoment) as caught:
            clock.moment(text)
        assert "offset" in caught.value.remedy

    def test_without_a_zone_are_never_written(self):
        with pytest.raises(ValueError, match="time zone"):
            clock.stamp(datetime(2026, 11, 23))  # noqa: DTZ001

    def test_now_has_whole_seconds(self):
        assert clock.now().microsecond == 0
        assert clock.now().tzinfo is UTC
