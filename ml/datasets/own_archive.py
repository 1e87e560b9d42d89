"""What a zip of class folders holds, by its directory alone. Rule: a name in it is never used as a path.

Accepted are `CLASS/PICTURE` and `{train,test}/CLASS/PICTURE`, also below one folder around all of it.
"""

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

ARCHIVE = "archive"  # the field of an upload that is to blame
SPLITS = ("train", "test")
PACK_AGAIN = "pack the class folders as a plain zip again"
LAYOUT = "a zip holds one folder a class with its pictures, or train/ and test/ with such folders"
NOISE = {"thumbs.db", "desktop.ini", "__macosx"}
LONGEST_CLASS = 100  # characters
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what can be unpacked with a bound


class Fault(Exception):  # noqa: N818 - it names what was found
    """An upload that cannot be used: the field, and what to do about it."""

    def __init__(self, message: str, field: str = ARCHIVE) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: bytes of its directory, entries, bytes unpacked of one and of all, folders in
    each other, classes, pixels of one picture and of all that are decoded whole, and bytes of all pictures of
    one size."""

    directory_bytes: int = 40_000_000
    entries: int = 200_000
    file_bytes: int = 64_000_000
    all_bytes: int = 8_000_000_000
    depth: int = 6
    classes: int = 1000
    pixels: int = 50_000_000
    all_pixels: int = 100_000_000_000
    stored_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file that should be a picture. `path` is its name in the archive, to be shown."""

    split: str  # "" where the split is still to be drawn
    target: int
    path: str
    info: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Listing:
    """The classes, sorted; the files by split, class and name; what was passed over, with reasons; and of
    class folders with folders inside them a file that lies in one."""

    classes: tuple[str, ...]
    members: list[Member]
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    too_deep: dict[str, str] = field(default_factory=dict)

    @property
    def is_split(self) -> bool:
        """Whether the archive says which pictures are for testing."""
        return any(member.split == "test" for member in self.members)


def _shown(name: str) -> str:
    return repr(name if len(name) <= 120 else f"{name[:117]}…")


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders and the file of a name. Raises Fault for a name that leads elsewhere, or is no file's."""
    raw = info.orig_filename
    name = raw.replace("\\", "/")
    if "\0" in raw:
        raise Fault(f"the name {_shown(raw)} in the archive contains a NUL character; {PACK_AGAIN}.")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        raise Fault(f"the name {_shown(raw)} in the archive leads out of its folder; {PACK_AGAIN}.")
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise Fault(f"the name {_shown(raw)} in the archive contains control characters; rename it.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
        raise Fault(f"{_shown(raw)} in the archive is {what}, not a picture; {PACK_AGAIN} without it.")
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _check(infos: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.entries:
        raise Fault(
            f"the archive holds {len(infos):,} files; at most {limits.entries:,} are taken. Leave some out."
        )
    total = sum(info.file_size for info in infos)
    if total > limits.all_bytes:
        raise Fault(
            f"unpacked the archive would take {total / 1e9:.1f} GB; at most {limits.all_bytes / 1e9:.1f} GB "
            "are taken. Leave some pictures out, or make them smaller."
        )
    for info in infos:
        if info.flag_bits & 1:
            raise Fault(
                f"{_shown(info.filename)} in the archive is protected by a password; pack it without one."
            )
        if info.compress_type not in READABLE:
            raise Fault(
                f"{_shown(info.filename)} in the archive is compressed in a way that cannot be read here; "
                f"{PACK_AGAIN}."
            )


def refuse_long_directory(file: IO[bytes], limits: Limits = Limits()) -> None:
    """Before the archive is opened, which reads its whole directory into memory. Raises Fault."""
    record = zipfile._EndRecData(file)  # type: ignore[attr-defined] # what ZipFile itself goes by
    if record and record[zipfile._ECD_SIZE] > limits.directory_bytes:  # type: ignore[attr-defined]
        most = f"{limits.directory_bytes / 1e6:.0f} MB"
        raise Fault(
            f"the list of files in the archive takes more than {most}; at most {limits.entries:,} files are "
            "taken. Leave some out, or give them shorter names."
        )


def _is_noise(parts: Sequence[str]) -> bool:
    return any(part.startswith(".") or part.lower() in NOISE for part in parts)


def _unwrapped(
    found: list[tuple[tuple[str, ...], zipfile.ZipInfo]],
) -> list[tuple[tuple[str, ...], zipfile.ZipInfo]]:
    """Without folders around everything, if there are some; files beside them lie outside the classes."""
    while True:
        loose = [(parts, info) for parts, info in found if len(parts) == 1 and not info.is_dir()]
        firsts = {parts[0] for parts, info in found if len(parts) > 1 or info.is_dir()}
        is_deep = any(len(parts) > 2 for parts, info in found if not info.is_dir())
        if len(firsts) != 1 or {first.lower() for first in firsts} & set(SPLITS) or not is_deep:
            return found
        found = loose + [(parts[1:], info) for parts, info in found if len(parts) > 1]


def _with_small_letters(
    found: list[tuple[tuple[str, ...], zipfile.ZipInfo]],
) -> list[tuple[tuple[str, ...], zipfile.ZipInfo]]:
    """`Train/` and `TEST/` with class folders in them are `train/` and `test/`."""
    firsts = {parts[0] for parts, _ in found if len(parts) > 1}
    is_deep = any(len(parts) > 2 for parts, info in found if not info.is_dir())
    if not is_deep or not {first.lower() for first in firsts} <= set(SPLITS):
        return found
    return [((parts[0].lower(), *parts[1:]), info) for parts, info in found]


def look(archive: zipfile.ZipFile, limits: Limits = Limits()) -> Listing:
    """The classes and files of `archive`. Raises Fault naming what is wrong and what would be right."""
    infos = archive.infolist()
    _check(infos, limits)
    found = []
    for info in infos:
        parts = _parts(info)
        if len(parts) > limits.depth:
            raise Fault(f"{_shown(info.filename)} lies too many folders deep in the archive; {LAYOUT}.")
        if parts and not _is_noise(parts):
            found.append((parts, info))
    if not any(not info.is_dir() for _, info in found):
        raise Fault(f"the archive holds no file; {LAYOUT}.")
    found = _with_small_letters(_unwrapped(found))
    firsts = {parts[0] for parts, _ in found if len(parts) > 1}
    if "test" in firsts and firsts <= set(SPLITS) and "train" not in firsts:
        raise Fault("the archive has a folder test but none train; add train with the same classes.")
    beside = sorted(firsts - set(SPLITS))
    if beside and any(parts[0] == "train" and len(parts) > 2 for parts, _ in found):
        raise Fault(f"beside train and test the archive holds {', '.join(beside[:5])}; leave that out.")
    listing = _listed(found, has_splits="train" in firsts and firsts <= set(SPLITS), limits=limits)
    _check_classes(listing, found, limits)
    return listing


def _listed(
    found: list[tuple[tuple[str, ...], zipfile.ZipInfo]], *, has_splits: bool, limits: Limits
) -> Listing:
    depth = 3 if has_splits else 2
    passed_over, files, folders = [], {}, set()
    too_deep: dict[str, str] = {}
    for parts, info in found:
        if len(parts) >= depth - info.is_dir():
            folders.add(parts[: depth - 1])
        if info.is_dir():
            continue
        if len(parts) > depth:
            too_deep.setdefault("/".join(parts[: depth - 1]), info.filename)
        if len(parts) != depth:
            where = (
                "outside the class folders" if len(parts) < depth else "in a folder inside its class folder"
            )
            passed_over.append((info.filename, f"lies {where}"))
        elif parts in files:
            passed_over.append((info.filename, "is in the archive twice"))
        else:
            files[parts] = info
    classes = tuple(sorted({folder[-1] for folder in folders}))
    if has_splits and ("test",) in {folder[:1] for folder in folders}:
        of = [{folder[1] for folder in folders if folder[0] == split} for split in SPLITS]
        if only_one := sorted(of[0] ^ of[1]):
            raise Fault(
                f"train and test must have the same class folders; in one only: {', '.join(only_one[:10])}. "
                "Add each of them to the other, or leave it out."
            )
    members = [
        Member(parts[0] if has_splits else "", classes.index(parts[-2]), "/".join(parts), info)
        for parts, info in sorted(files.items())
    ] if len(classes) <= limits.classes else []  # fmt: skip
    if not any(member.split == "test" for member in members):  # train alone: its test part is drawn
        members = [Member("", member.target, member.path, member.info) for member in members]
    members.sort(key=lambda member: (member.split != "train", member.target, member.path))
    return Listing(classes, members, passed_over, too_deep)


def _check_classes(
    listing: Listing, found: list[tuple[tuple[str, ...], zipfile.ZipInfo]], limits: Limits
) -> None:
    if len(listing.classes) > limits.classes:
        raise Fault(
            f"the archive holds {len(listing.classes):,} class folders; at most {limits.classes:,} are taken."
            " Leave some out."
        )
    if len(listing.classes) < 2:
        only = f"only one class, {listing.classes[0]}" if listing.classes else "no class folder"
        raise Fault(f"the archive holds {only}; put the pictures of at least two classes into folders.")
    for name in listing.classes:
        if len(name) > LONGEST_CLASS:
            raise Fault(
                f"the class name {_shown(name)} is longer than {LONGEST_CLASS} characters; shorten it."
            )
    for empty in _empty(listing):
        if inside := listing.too_deep.get(empty) or listing.too_deep.get(f"train/{empty}"):
            raise Fault(
                f"the class folder {empty} holds no picture itself; they lie in folders inside it, such as "
                f"{_shown(inside)}. Move them up into {empty}, and pack the class folders again."
            )
        raise Fault(f"the class folder {empty} holds no picture; add some, or leave the folder out.")


def _empty(listing: Listing) -> Iterator[str]:
    splits = SPLITS if listing.is_split else ("",)
    counts = Counter((member.split, member.target) for member in listing.members)
    for split in splits:
        for target, name in enumerate(listing.classes):
            if not counts[split, target]:
                yield f"{split}/{name}".strip("/")
