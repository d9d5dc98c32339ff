"""The container: a ZIP that has exactly one spelling (docs/spec/court-bundle.md, section 1).

Names, sizes and contents determine every other byte, so a reader computes what the file must look like and compares:
nothing can hide in a comment, an extra field, a gap or a second directory.
"""

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from comity.evidence.packages.findings import Step
from comity.lib.errors import BadInput

PIECE = 1024 * 1024
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}(/[a-z0-9][a-z0-9._-]{0,63})?")
MOST_MEMBERS = 200_000
DIRECTORY_LIMIT = 64 * 1024 * 1024
DATE = 0x0021  # 1 January 1980: when a file was made is told inside, where it is signed
MARK, MARK_COUNT = 0xFFFF_FFFF, 0xFFFF  # "look into the ZIP64 field"
BIG, MANY = MARK, MARK_COUNT  # from here on it is used, and never below
END, LOCATOR, END64, ENTRY, LOCAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06", b"PK\x01\x02", b"PK\x03\x04"


class NotAContainer(BadInput):
    code = "packages.not-a-container"
    says = "This is not a package: {why}."
    next_step = "Ask for the file again; compare its size with that of the original."


@dataclass(frozen=True)
class Member:
    """One file inside: where its header begins, how many bytes it has, and its CRC-32."""

    name: str
    offset: int
    size: int
    crc: int

    @property
    def start(self) -> int:
        return self.offset + len(self.header())

    @property
    def end(self) -> int:
        return self.start + self.size

    def header(self) -> bytes:
        """The local header. Sizes of 4 GiB and more stand in a ZIP64 field, smaller ones never."""
        name, big = self.name.encode(), self.size >= BIG
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if big else b""
        size = MARK if big else self.size
        return LOCAL + struct.pack(
            "<HHHHHIIIHH", 45 if big else 20, 0, 0, 0, DATE, self.crc, size, size, len(name), len(extra)
        ) + name + extra  # fmt: skip

    def entry(self) -> bytes:
        """Its line of the directory."""
        name, wide = self.name.encode(), b""
        if self.size >= BIG:
            wide += struct.pack("<QQ", self.size, self.size)
        if self.offset >= BIG:
            wide += struct.pack("<Q", self.offset)
        extra = struct.pack("<HH", 1, len(wide)) + wide if wide else b""
        size, version = MARK if self.size >= BIG else self.size, 45 if wide else 20
        return ENTRY + struct.pack(
            "<HHHHHHIIIHHHHHII", version, version, 0, 0, 0, DATE, self.crc, size, size,
            len(name), len(extra), 0, 0, 0, 0, MARK if self.offset >= BIG else self.offset,
        ) + name + extra  # fmt: skip


def ending(members: Iterable[Member], at: int) -> bytes:
    """Everything after the last file: the directory and what closes it."""
    listed = list(members)
    directory = b"".join(member.entry() for member in listed)
    count, size = len(listed), len(directory)
    closing = b""
    if count >= MANY or size >= BIG or at >= BIG:
        closing = END64 + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, at)
        closing += LOCATOR + struct.pack("<IQI", 0, at + size, 1)
    few = MARK_COUNT if count >= MANY else count
    size, at = (MARK if size >= BIG else size), (MARK if at >= BIG else at)
    return directory + closing + END + struct.pack("<HHHHIIH", 0, 0, few, few, size, at, 0)


Content = bytes | Callable[[], Iterable[bytes]]


def stream(contents: Iterable[tuple[str, int, Content]]) -> Iterator[bytes]:
    """The bytes of a container of ``(name, size, content)``, with constant memory.

    A content that is not at hand is read twice: its checksum stands before it, and nothing of it leaves before all of
    it was read once.

    :raises NotAContainer: a name that is not allowed or stands twice, or a content of another size.
    """
    members: list[Member] = []
    offset = 0
    for name, size, content in contents:
        if not NAME.fullmatch(name):
            raise NotAContainer(why=f"the name {name!r} cannot be used")
        crc = written = 0
        for piece in pieces_of(content):
            crc, written = zlib.crc32(piece, crc), written + len(piece)
        if written != size:
            raise NotAContainer(why=f"{name} has {written} bytes instead of {size}")
        members.append(member := Member(name, offset, size, crc))
        yield member.header()
        yield from pieces_of(content)
        offset = member.end
    if len({member.name for member in members}) != len(members):
        raise NotAContainer(why="a name stands twice")
    yield ending(members, offset)


def pieces_of(content: Content) -> Iterable[bytes]:
    return [content] if isinstance(content, bytes) else content()


def length(contents: Iterable[tuple[str, int, Content]]) -> int:
    """How many bytes the container will have, without reading what is not at hand."""
    members: list[Member] = []
    offset = 0
    for name, size, _ in contents:
        members.append(member := Member(name, offset, size, 0))
        offset = member.end
    return offset + len(ending(members, offset))


class Opened:
    """A container as it was found: the members that its directory names, faulty or not."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = file.seek(0, io.SEEK_END)
        self.listed, self.tail = self._directory()
        self.hashes: dict[str, str] = {}  # SHA-256 of each content, once ``check`` has read it
        self.members: dict[str, Member] = {}
        for member in self.listed:
            self.members.setdefault(member.name, member)

    def _at(self, offset: int, count: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(count)

    def _directory(self) -> tuple[list[Member], int]:
        """The members by the directory, and where the directory begins."""
        closing = self._at(max(0, self.size - 22), 22)
        if len(closing) < 22 or not closing.startswith(END):
            raise NotAContainer(why="it does not end as it was written: it was cut off, or something was appended")
        size, at = struct.unpack_from("<II", closing, 12)
        end = self.size - 22
        if MARK in (size, at) or struct.unpack_from("<H", closing, 10)[0] == MARK_COUNT:
            wide = self._at(max(0, end - 76), 76)
            if len(wide) < 76 or not wide.startswith(END64):
                raise NotAContainer(why="its closing record names a larger one that is not there")
            size, end = struct.unpack_from("<Q", wide, 40)[0], end - 76
        if size > min(DIRECTORY_LIMIT, end):
            raise NotAContainer(why="its directory has an impossible size")
        listed = list(_lines(self._at(end - size, size)))
        for member in listed:
            if member.size > self.size:
                raise NotAContainer(why=f"its directory gives {member.name} more bytes than there are")
        return listed, end - size

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The content as it stands in the file, never more than is there."""
        self.file.seek(member.start)
        left = max(0, min(member.size, self.tail - member.start))
        while left > 0:
            piece = self.file.read(min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece

    def sha256(self, member: Member) -> str:
        """The hash of a content, read through where ``check`` has not done so."""
        found = hashlib.sha256()
        for piece in self.pieces(member):
            found.update(piece)
        return found.hexdigest()

    def read(self, name: str, limit: int) -> bytes:
        """The whole of a small member; empty when it is not there or larger than allowed."""
        member = self.members.get(name)
        return b"" if member is None or member.size > limit else b"".join(self.pieces(member))


def _lines(directory: bytes) -> Iterator[Member]:
    offset = at = 0
    for _ in range(MOST_MEMBERS):
        if at == len(directory):
            return
        if len(directory) < at + 46 or directory[at : at + 4] != ENTRY:
            raise NotAContainer(why=f"its directory cannot be read at byte {at}")
        crc, _, size, names, extras, comments = struct.unpack_from("<IIIHHH", directory, at + 16)
        name = directory[at + 46 : at + 46 + names]
        if size == MARK and extras >= 12:
            size = struct.unpack_from("<Q", directory.ljust(at + 54 + names + 8), at + 46 + names + 4)[0]
        at += 46 + names + extras + comments
        if at > len(directory):
            raise NotAContainer(why="its directory is cut off")
        # Whatever cannot be decoded is kept visible; it is no name that any list names.
        member = Member(name.decode("ascii", "backslashreplace"), offset, size, crc)
        offset = member.end
        yield member
    raise NotAContainer(why="its directory has too many lines")


def check(opened: Opened, step: Step) -> None:
    """Compare every byte that is not content with what the names, sizes and contents demand."""
    seen: set[str] = set()
    end = 0
    for member in opened.listed:
        if member.name in seen:
            step.fault("structure.twice", member.name, f"{member.name} stands in the file twice.")
        seen.add(member.name)
        if not NAME.fullmatch(member.name):
            step.fault("structure.name", member.name, f"{member.name!r} is not a name that a package uses.")
        if opened._at(member.offset, member.start - member.offset) != member.header():
            step.fault(
                "structure.header", member.name, f"The header of {member.name} at byte {member.offset} was changed."
            )
        crc, sha256 = 0, hashlib.sha256()
        for piece in opened.pieces(member):
            crc = zlib.crc32(piece, crc)
            sha256.update(piece)
        opened.hashes.setdefault(member.name, sha256.hexdigest())
        if crc != member.crc:
            step.fault("structure.checksum", member.name, f"The checksum of {member.name} does not fit its content.")
        end = member.end
    if end != opened.tail:
        step.fault("structure.gap", f"byte {end}", "There are bytes that belong to no file, or bytes are missing.")
    if opened._at(opened.tail, opened.size - opened.tail) != ending(opened.listed, opened.tail):
        step.fault(
            "structure.directory", f"byte {opened.tail}", "The directory at the end is not the one that was written."
        )
    step.says = f"{len(opened.listed)} files, and nothing before, between or after them."
