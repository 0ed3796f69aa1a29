"""
The tables of lookalikes, made from files of Unicode.
"""

from pathlib import Path

import pytest

from twisted_chat.text.lookalikes import SCRIPTS, make

CONFUSABLES = """\
\ufeff# confusables.txt
# Date: 2030-01-02, 03:04:05 GMT
# Version: 99.0.0
0430 ;\t0061 ;\tMA\t# ( а → a ) CYRILLIC SMALL LETTER A → LATIN SMALL LETTER A\t#

0031 ;\t006C ;\tMA\t# ( 1 → l )
006D ;\t0072 006E ;\tMA\t# ( m → rn )
0444 ;\t0430 006D ;\tMA\t# what it looks like is itself in the table
0419 ;\t040D ;\tMA\t# a letter with its mark
"""


SCRIPTS_TXT = """\
# Scripts-99.0.0.txt
# Date: 2030-01-01, 00:00:00 GMT
0030..0039    ; Common # Nd  [10] DIGIT ZERO..DIGIT NINE
0061..007A    ; Latin # L&  [26] LATIN SMALL LETTER A..LATIN SMALL LETTER Z
0430..044F    ; Cyrillic # L&
0300          ; Inherited
0304          ; Inherited
"""


EXTENSIONS = """\
# ScriptExtensions-99.0.0.txt
# Date: 2029-12-31, 00:00:00 GMT
0304          ; Cyrl Latn # Mn       COMBINING MACRON
"""


ALIASES = """\
# PropertyValueAliases-99.0.0.txt
gc ; Nd ; Decimal_Number
sc ; Cyrl ; Cyrillic
sc ; Latn ; Latin
"""


@pytest.fixture
def unicode_files(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / "security", tmp_path / "ucd"]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "confusables.txt").write_text(CONFUSABLES, "utf-8")
    (folders[1] / "Scripts.txt").write_text(SCRIPTS_TXT, "utf-8")
    (folders[1] / "ScriptExtensions.txt").write_text(EXTENSIONS, "utf-8")
    (folders[1] / "PropertyValueAliases.txt").write_text(ALIASES, "utf-8")
    return folders


def test_the_tables_are_made_from_the_files_of_unicode(
    tmp_path: Path, unicode_files: list[Path]
) -> None:
    skeletons, ranges = tmp_path / "skeletons", tmp_path / "ranges"
    assert make.make(unicode_files, skeletons, ranges) == "99.0.0"
    _, _, copyright_, *lines = skeletons.read_text("utf-8").splitlines()
    assert "1991-2030" in copyright_
    assert lines == ["1\tl", "m\trn", "И\u0306\tИ\u0300", "а\ta", "ф\tarn"]
    assert ranges.read_text("utf-8").splitlines()[3:] == [
        "0000\tUnknown", "0030\t", "003A\tUnknown", "0061\tLatin", "007B\tUnknown", "0300\t",
        "0301\tUnknown", "0304\tCyrillic Latin", "0305\tUnknown", "0430\tCyrillic",
        "0450\tUnknown",
    ]  # fmt: skip


def test_files_of_several_versions_are_refused(unicode_files: list[Path]) -> None:
    path = unicode_files[0] / "confusables.txt"
    path.write_text(CONFUSABLES.replace("99.0.0", "98.0.0"), "utf-8")
    with pytest.raises(make.Unusable, match=r"several versions of Unicode: 98\.0\.0, 99\.0\.0\.$"):
        make.make(unicode_files)


def test_a_file_that_is_missing_is_named(unicode_files: list[Path]) -> None:
    with pytest.raises(make.Unusable, match=r"^confusables\.txt is in none of these folders\.$"):
        make.make(unicode_files[1:])


DEBIAN = Path("/usr/share/unicode")


@pytest.mark.skipif(not (DEBIAN / "Scripts.txt").exists(), reason="unicode-data is not installed")
def test_the_table_of_scripts_is_what_unicode_s_files_say() -> None:
    names = ("Scripts", "ScriptExtensions", "PropertyValueAliases")
    sources = [make.Source(f"{name}.txt", [DEBIAN]) for name in names]
    head, _, _, *lines = SCRIPTS.read_text("utf-8").splitlines()
    if f"Unicode {sources[0].version}," not in head:
        pytest.skip("that is another version of Unicode")
    assert make.script_lines(*sources) == lines
