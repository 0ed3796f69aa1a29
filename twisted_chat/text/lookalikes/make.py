"""
Make this package's tables from files of Unicode: ``python -m twisted_chat.text.lookalikes.make``.

Its arguments are the folders that hold confusables.txt, Scripts.txt, ScriptExtensions.txt and
PropertyValueAliases.txt, all of one version of Unicode.  Debian's unicode-data has the last three
in /usr/share/unicode; confusables.txt is at https://www.unicode.org/Public/security/ and in the
source of ICU.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from unicodedata import normalize

from twisted_chat.text.lookalikes import SCRIPTS, SKELETONS

_HEADER = """\
# {what} of Unicode {version}, made by twisted_chat.text.lookalikes.make from {files}
# of the Unicode Character Database and of UTS #39, which it arranges in another way.
# Copyright © 1991-{year} Unicode, Inc. All rights reserved.  See UNICODE-LICENSE.txt.
"""
_COMMON = {"Common", "Inherited"}
# The script of what no file names (UAX 24, section 2.1).
_UNKNOWN = "Unknown"


class Unusable(Exception):
    """
    The files are missing, or not as expected.
    """


class Source:
    """
    A data file of Unicode.

    Attributes:
        version: of Unicode, such as ``15.0.0``.
        year: that of its date.
        rows: the fields of each line.
    """

    def __init__(self, name: str, folders: list[Path]) -> None:
        paths = [folder / name for folder in folders if (folder / name).exists()]
        if not paths:
            raise Unusable(f"{name} is in none of these folders.")
        lines = paths[0].read_text("utf-8-sig").splitlines()
        self.rows = [
            [field.strip() for field in line.partition("#")[0].split(";")]
            for line in lines
            if line.partition("#")[0].strip()
        ]
        head = "\n".join(lines[:10])
        self.version = _after(head, "Version: ") or _after(head, name.removesuffix(".txt") + "-")
        self.year = _after(head, "Date: ")[:4]

    def ranges(self) -> Iterator[tuple[int, int, str]]:
        """
        Yield the first and last code point and the value of each line with a range.
        """
        for points, value, *_ in self.rows:
            first, _, last = points.partition("..")
            yield int(first, 16), int(last or first, 16), value


def _after(text: str, label: str) -> str:
    # The text after the label, to the end of the word, without a file's ending.
    words = text.partition(label)[2].split(maxsplit=1)
    return words[0].removesuffix(".txt").rstrip(",") if words else ""


def closed(pairs: dict[str, str]) -> dict[str, str]:
    """
    Return the pairs of confusables.txt as `skeleton` needs them, so that none is lost.

    A prototype may hold what is itself in the table, and a whole letter with its mark is
    decomposed before it is looked up (UTS 39, section 4).  So each prototype becomes the skeleton
    it has, and each pair that looks different still becomes one of sequences.
    """
    table = {ord(source): prototype for source, prototype in pairs.items()}
    table = {point: text for point, text in table.items() if _nfd(chr(point)) == chr(point)}

    def plain(text: str) -> str:
        return _nfd(_nfd(text).translate(table))

    table = {point: _settled(plain, text) for point, text in table.items()}
    looks = [(plain(source), plain(prototype)) for source, prototype in pairs.items()]
    lost = {source: prototype for source, prototype in looks if source != prototype}
    return {chr(point): text for point, text in table.items()} | lost


def _settled(function: Callable[[str], str], text: str) -> str:
    while (again := function(text)) != text:
        text = again
    return text


def _nfd(text: str) -> str:
    return normalize("NFD", text)


def script_lines(scripts: Source, extensions: Source, aliases: Source) -> list[str]:
    """
    Return one line for each run of characters that may be in the same scripts.

    Source: UAX 24, Script and Script_Extensions.
    """
    long_names = {row[1]: row[2] for row in aliases.rows if row[0] == "sc"}
    found = [_UNKNOWN] * (sys.maxunicode + 1)
    for first, last, name in scripts.ranges():
        found[first : last + 1] = ["" if name in _COMMON else name] * (last + 1 - first)
    for first, last, codes in extensions.ranges():
        names = {long_names[code] for code in codes.split()} - _COMMON
        found[first : last + 1] = [" ".join(sorted(names))] * (last + 1 - first)
    runs = groupby(range(len(found)), key=found.__getitem__)
    return [f"{next(points):04X}\t{names}" for names, points in runs]


def skeleton_lines(confusables: Source) -> list[str]:
    """
    Return one line for each character, and for each sequence, that looks like another.
    """
    pairs = {_text(source): _text(prototype) for source, prototype, _ in confusables.rows}
    return [f"{source}\t{prototype}" for source, prototype in sorted(closed(pairs).items())]


def _text(points: str) -> str:
    return "".join(chr(int(point, 16)) for point in points.split())


def make(folders: list[Path], skeletons: Path = SKELETONS, scripts: Path = SCRIPTS) -> str:
    """
    Write the tables, and return the version of Unicode that they are of.

    Raises:
        Unusable: a file is missing, or they are not of one version.
    """
    names = ("confusables", "Scripts", "ScriptExtensions", "PropertyValueAliases")
    sources = [Source(f"{name}.txt", folders) for name in names]
    versions = sorted({source.version for source in sources})
    if len(versions) > 1:
        raise Unusable(f"These files are of several versions of Unicode: {', '.join(versions)}.")
    facts = {"version": versions[0], "year": max(source.year for source in sources)}
    for path, what, files, lines in (
        (skeletons, "Skeletons", "confusables.txt", skeleton_lines(sources[0])),
        (scripts, "Scripts", "Scripts.txt and ScriptExtensions.txt", script_lines(*sources[1:])),
    ):
        text = "\n".join(lines)
        path.write_text(_HEADER.format(what=what, files=files, **facts) + text + "\n", "utf-8")
    return versions[0]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    try:
        print(f"Made from Unicode {make([Path(folder) for folder in sys.argv[1:]])}.")
    except Unusable as error:
        sys.exit(str(error))
