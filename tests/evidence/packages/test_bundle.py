"""A court bundle says itself what is wrong with it: each single change is detected and named, offline."""

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.evidence.packages import bundle, container, index, listing, verifying
from comity.exchange.wire import signed
from comity.exchange.wire.keys import words
from comity.lib.canonical import canonical, parse
from tests.evidence.packages import making
from tests.evidence.packages.making import KEYS


@pytest.fixture(scope="module")
def made():
    return making.made()


def verify(raw, made, **more):
    return verifying.verify(io.BytesIO(raw), key=more.pop("key", made.key), **more)


def codes(report):
    return {fault.code for fault in report.faults}


def where(report):
    return {fault.where for fault in report.faults}


class TestAWholeBundle:
    def test_verifies_step_by_step(self, made):
        report = verify(made.raw, made, root=made.head.root)
        assert report.ok
        assert [step.number for step in report.steps] == list(range(1, 9))
        assert "5 lines: 4 disclosed, 1 withheld" in report.steps[4].says

    def test_verifies_with_the_twelve_words(self, made):
        assert verify(made.raw, made, key=" ".join(words(made.key))).ok

    def test_is_the_same_to_the_last_byte_each_time(self, made):
        assert b"".join(bundle.stream(made.parts, making.opened)) == made.raw
        assert bundle.length(made.parts) == len(made.raw)

    def test_is_a_zip_that_others_open(self, made):
        with zipfile.ZipFile(io.BytesIO(made.raw)) as found:
            assert found.testzip() is None
            assert found.read("items/00001.csv") == making.BYTES[1]

    def test_does_not_tell_what_is_withheld(self, made):
        assert b"What the counsel wrote" not in made.raw
        withheld = made.parts.entries[2]
        assert withheld.withheld["ground"] == "privilege"

    def test_binds_to_what_is_withheld(self, made):
        withheld = made.parts.entries[2]
        assert listing.opens(withheld, making.HIDDEN, making.SALT)
        assert not listing.opens(withheld, {**making.HIDDEN, "title": "Another"}, making.SALT)
        assert not listing.opens(withheld, making.HIDDEN, bytes(32))
        assert not listing.opens(made.parts.entries[0], making.HIDDEN, making.SALT)

    def test_carries_a_page_without_script(self, made):
        page = making.members(made.raw)["index.html"].decode()
        assert "<script" not in page
        assert made.head.root in page
        assert "letters to counsel" in page

    def test_no_name_in_it_was_chosen_by_somebody(self):
        entry = making.entries()[0]
        item = {**entry.item, "content": {**entry.item["content"], "name": "../../etc/\x00passwd.PDF/"}}
        assert listing.disclosed(1, item).path == "items/00001"


def flipped(raw, at, bit):
    changed = bytearray(raw)
    changed[at] ^= 1 << bit
    return bytes(changed)


def structure_bytes(raw):
    """The places of every byte that is not content: headers, the directory, its end."""
    opened = container.Opened(io.BytesIO(raw))
    places = [place for member in opened.listed for place in range(member.offset, member.start)]
    return places + list(range(opened.tail, len(raw)))


class TestASingleFlippedBit:
    def test_is_found_everywhere_in_the_structure(self, made):
        undetected = [
            (at, bit)
            for at in structure_bytes(made.raw)
            for bit in (0, 5)
            if verify(flipped(made.raw, at, bit), made).ok
        ]
        assert undetected == []

    def test_is_found_in_every_region_of_the_content(self, made):
        chance = random.Random(7)
        opened = container.Opened(io.BytesIO(made.raw))
        for member in opened.listed:
            for _ in range(min(member.size, 150)):
                at = chance.randrange(member.start, member.end)
                report = verify(flipped(made.raw, at, chance.randrange(8)), made)
                assert not report.ok, (member.name, at)
                assert any(member.name in fault.where or "item" in fault.where for fault in report.faults), member.name

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_is_found_wherever_it_is(self, data):
        made = _MADE
        at = data.draw(st.integers(0, len(made.raw) - 1))
        assert not verify(flipped(made.raw, at, data.draw(st.integers(0, 7))), made).ok

    @settings(max_examples=80, deadline=None)
    @given(st.binary(max_size=12), st.data())
    def test_nor_is_anything_else_that_was_put_in_or_cut_out(self, put, data):
        made = _MADE
        at = data.draw(st.integers(0, len(made.raw)))
        cut = data.draw(st.integers(0, 40))
        raw = made.raw[:at] + put + made.raw[at + cut :]
        assert verify(raw, made).ok == (raw == made.raw)


_MADE = making.made()


class TestTheZip:
    """Changes of the file around the contents, by somebody who knows ZIP."""

    def test_a_comment(self, made):
        raw = made.raw[:-2] + struct.pack("<H", 5) + b"hello"
        assert "structure.unreadable" in codes(verify(raw, made))

    def test_something_before_it(self, made):
        assert not verify(b"#!/bin/sh\n" + made.raw, made).ok

    def test_something_after_it(self, made):
        assert codes(verify(made.raw + b"\0", made)) == {"structure.unreadable"}

    @pytest.mark.parametrize("left", [0, 1, 21, 100, 10_000])
    def test_cut_off(self, made, left):
        assert codes(verify(made.raw[:left], made)) == {"structure.unreadable"}

    def test_compressed_again_by_another_program(self, made):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
            for name, content in making.members(made.raw).items():
                again.writestr(name, content)
        assert "structure.header" in codes(verify(out.getvalue(), made))

    def test_an_extra_field(self, made):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as again:
            for name, content in making.members(made.raw).items():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.extra = struct.pack("<HH4s", 0x4242, 4, b"evil")
                again.writestr(info, content)
        assert "structure.header" in codes(verify(out.getvalue(), made))

    def test_a_name_that_stands_twice(self, made):
        content = making.members(made.raw)
        members, offset, raw = [], 0, b""
        for name, one in [*content.items(), ("items/00001.csv", b"another\n")]:
            members.append(member := container.Member(name, offset, len(one), container.zlib.crc32(one)))
            raw += member.header() + one
            offset = member.end
        report = verify(raw + container.ending(members, offset), made)
        assert "structure.twice" in codes(report)

    @pytest.mark.parametrize(("big", "many"), [(30, 0xFFFF), (0xFFFF_FFFF, 2), (30, 2)])
    def test_four_gigabytes_and_many_files_have_one_spelling_too(self, monkeypatch, made, big, many):
        content = making.members(made.raw)
        monkeypatch.setattr(container, "BIG", big)
        monkeypatch.setattr(container, "MANY", many)
        raw = making.packed(content)
        assert len(raw) > len(made.raw)
        assert verify(raw, made).ok
        with zipfile.ZipFile(io.BytesIO(raw)) as found:
            assert found.testzip() is None
            assert found.namelist() == list(content)
        places = structure_bytes(raw)[::3]
        assert not any(verify(flipped(raw, at, 3), made).ok for at in places)

    def test_they_are_not_used_where_they_are_not_needed(self, monkeypatch, made):
        content = making.members(made.raw)
        monkeypatch.setattr(container, "BIG", 30)
        raw = making.packed(content)
        monkeypatch.undo()
        assert not verify(raw, made).ok


class TestSomebodyWhoPacksItAgain:
    """Changes by somebody who makes a right container around other contents, but has not the keys."""

    def content(self, made):
        return making.members(made.raw)

    def changed_line(self, made, n, change):
        content = self.content(made)
        rows = content[bundle.LINES].split(b"\n")
        value = parse(rows[n - 1])
        change(value)
        rows[n - 1] = canonical(value)
        return making.packed({**content, bundle.LINES: b"\n".join(rows)})

    def test_removed_item(self, made):
        content = self.content(made)
        del content["items/00004.csv"]
        report = verify(making.packed(content), made)
        assert [fault.says for fault in report.faults] == ["Item 4 is listed and not here (items/00004.csv)."]

    def test_added_item(self, made):
        report = verify(making.packed({**self.content(made), "items/00009.csv": b"planted"}), made)
        assert [fault.says for fault in report.faults] == ["items/00009.csv is here and not listed."]

    def test_renamed_item(self, made):
        content = {
            ("items/00002.csv" if name == "items/00001.csv" else name): raw for name, raw in self.content(made).items()
        }
        assert codes(verify(making.packed(content), made)) == {"items.missing", "items.unlisted"}

    def test_items_that_changed_places(self, made):
        content = self.content(made)
        content["items/00001.csv"], content["items/00004.csv"] = content["items/00004.csv"], content["items/00001.csv"]
        report = verify(making.packed(content), made)
        assert [fault.where for fault in report.faults] == ["item 1", "item 4"]

    def test_another_order(self, made):
        content = dict(sorted(self.content(made).items()))
        assert codes(verify(making.packed(content), made)) == {"items.order"}

    def test_swapped_custody_entries(self, made):
        def swap(value):
            custody = value["item"]["custody"]
            custody[0], custody[1] = custody[1], custody[0]

        report = verify(self.changed_line(made, 4, swap), made)
        assert {"list.line", "custody.number", "custody.broken"} <= codes(report)
        assert where(report) == {
            "item 4",
            "item 4 (c-2026-0001/3), custody entry 1",
            "item 4 (c-2026-0001/3), custody entry 2",
        }

    def test_another_date_in_the_custody(self, made):
        def later(value):
            value["item"]["custody"][0]["at"] = "2026-11-24T09:00:00Z"

        report = verify(self.changed_line(made, 1, later), made)
        assert {("list.line", "item 1")} <= {(fault.code, fault.where) for fault in report.faults}
        assert "custody.broken" in codes(report)

    def test_another_ground(self, made):
        def ground(value):
            value["withheld"]["ground"] = "public-security"

        report = verify(self.changed_line(made, 3, ground), made)
        assert [(fault.code, fault.where) for fault in report.faults if fault.code != "list.leaves"] == [
            ("list.line", "item 3")
        ]

    def test_a_line_taken_out(self, made):
        content = self.content(made)
        rows = content[bundle.LINES].split(b"\n")
        del rows[2]
        report = verify(making.packed({**content, bundle.LINES: b"\n".join(rows)}), made)
        assert "list.lines" in codes(report)
        assert "item 3" in where(report)

    def test_a_line_and_its_hash_taken_out(self, made):
        content = self.content(made)
        lines, leaves = content[bundle.LINES].split(b"\n"), content[bundle.LEAVES].split(b"\n")
        del lines[4], leaves[4], content["items/00005.csv"]
        told = {**content, bundle.LINES: b"\n".join(lines), bundle.LEAVES: b"\n".join(leaves)}
        assert {"list.lines", "list.root"} <= codes(verify(making.packed(told), made))

    def test_a_line_added(self, made):
        content = self.content(made)
        more = canonical({"n": 6, "withheld": {"ground": "x", "says": "", "commitment": "0" * 64}}) + b"\n"
        report = verify(making.packed({**content, bundle.LINES: content[bundle.LINES] + more}), made)
        assert "list.added" in codes(report)

    def test_another_page(self, made):
        content = self.content(made)
        page = content[bundle.INDEX].replace(b"letters to counsel", b"nothing at all")
        report = verify(making.packed({**content, bundle.INDEX: page}), made)
        assert [fault.where for fault in report.faults] == ["index.html"]

    def test_another_date_in_the_head(self, made):
        content = self.content(made)
        head = content[bundle.HEAD].replace(b"2026-12-23", b"2027-12-23")
        assert head != content[bundle.HEAD]
        assert codes(verify(making.packed({**content, bundle.HEAD: head}), made)) == {"head.signature"}

    def test_another_signature(self, made):
        content = self.content(made)
        other = signed.sign(listing.KIND, made.head.signed.body, KEYS["stranger"])
        report = verify(making.packed({**content, bundle.HEAD: other.raw}), made)
        assert codes(report) == {"head.signature"}

    def test_signatures_of_two_signings_mixed(self, made):
        content = self.content(made)
        again = signed.sign(listing.KIND, {**made.head.signed.body, "purpose": "another"}, KEYS[making.FR])
        raw = content[bundle.HEAD]
        at = raw.index(b'"ed25519":"') + 11
        there = again.raw.index(b'"ed25519":"') + 11
        mixed = raw[:at] + again.raw[there : there + 86] + raw[at + 86 :]
        assert codes(verify(making.packed({**content, bundle.HEAD: mixed}), made)) == {"head.signature"}

    def test_everything_signed_by_somebody_else(self, made):
        content = self.content(made)
        forged = making.parts(signer="stranger")
        told = {**content, bundle.HEAD: forged.head, bundle.CARD: making.own_card("stranger").raw}
        assert "keys.other" in codes(verify(making.packed(told), made))

    def test_a_card_of_somebody_else(self, made):
        content = {**self.content(made), bundle.CARD: making.own_card("stranger").raw}
        assert {"keys.other", "head.signature"} <= codes(verify(making.packed(content), made))

    def test_a_proof_of_another_list(self, made):
        other = making.parts(making.entries()[:2])
        content = {**self.content(made), bundle.LOG: other.log}
        assert codes(verify(making.packed(content), made)) == {"log.proof"}

    def test_a_proof_of_another_moment(self, made):
        head = listing.read(made.parts.head, KEYS[making.FR].public)
        proof = making.proof(head.signed, bundle.LOG_KIND, making.AT.replace(year=2025))
        assert codes(verify(making.packed({**self.content(made), bundle.LOG: proof}), made)) == {"log.proof"}

    def test_a_log_that_a_stranger_signed(self, made):
        head = listing.read(made.parts.head, KEYS[making.FR].public)
        proof = making.proof(head.signed, bundle.LOG_KIND, keys=KEYS["stranger"])
        assert codes(verify(making.packed({**self.content(made), bundle.LOG: proof}), made)) == {"log.proof"}

    def test_another_witness_under_the_checkpoint(self, made):
        content = self.content(made)
        proof = parse(content[bundle.LOG])
        proof["checkpoint"] += "— somebody/else AAAAAAAA\n"
        report = verify(making.packed({**content, bundle.LOG: canonical(proof)}), made)
        assert codes(report) == {"log.proof"}

    def test_no_proof(self, made):
        content = self.content(made)
        del content[bundle.LOG]
        assert {"log.proof", "items.page"} == codes(verify(making.packed(content), made))


class TestAnAuthorityThatCheats:
    """It has the keys, so it can sign whatever it wants: the root in the court's file is what it cannot change."""

    def test_another_list_has_another_root(self, made):
        shorter = making.entries()[:2]
        other = making.made(making.parts(shorter))
        assert verify(other.raw, made).ok
        report = verify(other.raw, made, root=made.head.root)
        assert codes(report) == {"root.other"}

    def test_the_same_list_with_an_item_kept_back(self, made):
        content = making.members(made.raw)
        del content["items/00001.csv"]
        report = verify(making.packed(content), made, root=made.head.root)
        assert [fault.where for fault in report.faults] == ["item 1"]

    def test_a_head_that_counts_wrongly(self, made):
        body = {**made.head.signed.body, "disclosed": 3}
        parts = making.changed(made.parts, head=signed.sign(listing.KIND, body, KEYS[making.FR]).raw)
        assert "list.count" in codes(verify(making.made(parts).raw, made))

    def test_another_key_than_the_published_one(self, made):
        assert codes(verify(made.raw, made, key="0" * 64)) == {"keys.other"}


class TestAListThatCannotBe:
    def test_a_place_that_is_not_its_own(self):
        with pytest.raises(listing.BadList, match="says that it is line 2"):
            listing.read_entry(making.entries()[1].line, 1)

    def test_both_or_neither(self):
        with pytest.raises(listing.BadList, match="neither"):
            listing.read_entry(canonical({"n": 1}), 1)

    def test_an_unknown_field(self):
        with pytest.raises(listing.BadList, match="surprise"):
            listing.read_entry(canonical({"n": 1, "surprise": 1}), 1)

    def test_a_short_salt(self):
        with pytest.raises(listing.BadList, match="32 bytes"):
            listing.commitment({}, b"short")

    def test_bytes_that_are_not_those_listed_never_leave(self, made):
        def wrong(entry):
            yield b"x" * entry.content.size

        pieces = bundle.stream(made.parts, wrong)
        with pytest.raises(bundle.ContentDiffers):
            b"".join(pieces)

    def test_a_size_that_is_not_the_one_told(self):
        with pytest.raises(container.NotAContainer, match="3 bytes instead of 4"):
            list(container.stream([("a", 4, b"abc")]))

    @pytest.mark.parametrize("name", ["../a", "a/b/c", "A", "", "a\0", "/a", "a" * 65])
    def test_a_name_that_a_package_does_not_use(self, name):
        with pytest.raises(container.NotAContainer):
            list(container.stream([(name, 1, b"a")]))


def test_the_page_escapes_what_people_wrote():
    entry = making.entries()[0]
    item = {**entry.item, "title": "<img src=x onerror=alert(1)>"}
    page = index.page(
        [listing.disclosed(1, item)], authority="a", case="c", purpose="<b>", recipient="", on="", root="0" * 64
    )
    assert b"<img" not in page
    assert b"<b>" not in page


def test_large_items_need_no_more_memory():
    """An item of 64 MiB goes through in pieces: neither making nor verifying ever holds it."""
    import hashlib
    import tracemalloc

    size, piece = 64 * 1024 * 1024, bytes(1024 * 1024)
    sha256 = hashlib.sha256()
    for _ in range(64):
        sha256.update(piece)
    entry = making.entries()[0]
    content = {"name": "disk.img", "media_type": "application/octet-stream", "size": size, "sha256": sha256.hexdigest()}
    parts = making.parts([listing.disclosed(1, {**entry.item, "content": content})])
    tracemalloc.start()
    seen = sum(len(one) for one in bundle.stream(parts, lambda _: (piece for _ in range(64))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == bundle.length(parts) > size
    assert peak < 16 * 1024 * 1024
