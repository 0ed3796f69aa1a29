import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from precis_i18n import get_profile
from real_names import real_names

from twisted_chat.errors import BadName, LooksLike
from twisted_chat.text.name_rules import read_nick, read_room
from twisted_chat.text.names import Taken, fold

USERNAME = get_profile("UsernameCaseMapped")

GOOD_NAMES = [
    ("alice", "alice"),
    ("#alice", "alice"),
    ("  alice ", "alice"),
    ("Alice", "Alice"),
    ("alice_2", "alice_2"),
    ("_alice", "_alice"),
    ("2pac", "2pac"),
    ("a.b-c_d", "a.b-c_d"),
    ("x", "x"),
    ("a" * 24, "a" * 24),
    ("\uff41\uff4c\uff49\uff43\uff45", "alice"),
    ("zo\u00eb", "zo\u00eb"),
    ("zoe\u0308", "zo\u00eb"),
    ("e\u0301" * 24, "\u00e9" * 24),
    ("\u041e\u043b\u044c\u0433\u0430", "\u041e\u043b\u044c\u0433\u0430"),
    ("\u592a\u90ce", "\u592a\u90ce"),
    ("\ud55c\uae00", "\ud55c\uae00"),
    ("\u05d3\u05d5\u05d3", "\u05d3\u05d5\u05d3"),
    ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
    ("\u0928\u092e\u0938\u094d\u0924\u0947", "\u0928\u092e\u0938\u094d\u0924\u0947"),
    ("東京タワー", "東京タワー"),
    ("佐々木ひかり", "佐々木ひかり"),
    ("Gal·la", "Gal·la"),
    ("ג׳ורג׳", "ג׳ורג׳"),
    ("マイケル・ジョー", "マイケル・ジョー"),
    ("ג'ורג'", "ג׳ורג׳"),
    ("O'Connor", "O'Connor"),
    ("O\u2019Connor", "O'Connor"),
    ("Ulug\u2018bek", "Ulug'bek"),
    ("ශ්\u200dරීමලී", "ශ්\u200dරීමලී"),
    ("علی\u200cرضا", "علی\u200cرضا"),
    ("בני-2", "בני-2"),
    ("نور٣", "نور٣"),
    # Marks that are spelling, up to seven on one letter.
    ("ကျော်", "ကျော်"),
    ("မျိုး", "မျိုး"),
    ("ညှို့", "ညှို့"),
    ("မြွှောင့်", "မြွှောင့်"),
    ("ཧཱུྃ", "ཧཱུྃ"),
    ("བསྒྲུབས", "བསྒྲུབས"),
    ("ស៊ាំង", "ស៊ាំង"),
    ("ผู้ใหญ่", "ผู้ใหญ่"),
    ("ຫຼິ້ນ", "ຫຼິ້ນ"),
    ("ज़िंदा", "ज\u093cिंदा"),
    ("לִשָּֽׁם", unicodedata.normalize("NFC", "לִשָּֽׁם")),
    ("اللّٰه", unicodedata.normalize("NFC", "اللّٰه")),
    ("ọ̀ṣun", "ọ̀ṣun"),
    # Signs that names are written with, as keyboards have them.
    ("比尔·盖茨", "比尔・盖茨"),
    ("比尔•盖茨", "比尔・盖茨"),
    ("托马斯‧曼", "托马斯・曼"),
    ("マイケル·ジョー", "マイケル・ジョー"),
    ("ﾏｲｹﾙ･ｼﾞｮｰ", "マイケル・ジョー"),
    ("ジャン゠リュック", "ジャン-リュック"),
    ('רמב"ם', "רמב״ם"),
    ("חז”ל", "חז״ל"),
    ("בן־גוריון", "בן-גוריון"),
    ("Gal•la", "Gal·la"),
    ("Gaŀla", "Gal·la"),
    ("O\u00b4Connor", "O'Connor"),
    ("Anne\u2010Marie", "Anne-Marie"),
    ("Թ՚ա", "Թ'ա"),
    ("Лук\u02bcянець", "Лук\u02bcянець"),
    ("O\u02bbzbek", "O\u02bbzbek"),
    ("Ka\u02bbiulani", "Ka\u02bbiulani"),
    ("ཀརྨ་པ", "ཀརྨ་པ"),
]


@pytest.mark.parametrize(("typed", "nick"), GOOD_NAMES)
def test_a_name_in_any_script_is_taken_as_it_is_meant(typed, nick):
    assert read_nick(typed) == nick


ONLY = "A name may hold only letters, digits and the characters _ - ' and ."

DIRECTION = (
    "A name from right to left must begin with a letter, end with a letter or a digit, and hold "
    "one kind of digits."
)

BAD_NAMES = [
    ("", "A name needs at least one letter or digit."),
    ("   ", "A name needs at least one letter or digit."),
    ("#", "A name needs at least one letter or digit."),
    ("a" * 25, "A name may be at most 24 characters long."),
    ("a" * 10_000, "A name may be at most 24 characters long."),
    ("e\u0301" * 24 + "zzzz", "A name may be at most 24 characters long."),
    ("0", "A name needs at least one letter."),
    ("1_000", "A name needs at least one letter."),
    ("___", "A name needs at least one letter."),
    (".", "A name must begin with a letter, a digit or _."),
    ("-", "A name must begin with a letter, a digit or _."),
    ("-alice", "A name must begin with a letter, a digit or _."),
    (".alice", "A name must begin with a letter, a digit or _."),
    ("'alice", "A name must begin with a letter, a digit or _."),
    ("\u200dalice", "A name must begin with a letter, a digit or _."),
    ("\u0301alice", "A name must begin with a letter, a digit or _."),
    ("z\u0335\u0336\u0337\u0338algo", "A name may not pile up marks on one letter."),
    ("क्\u200d्\u200d", "A name may not pile up marks on one letter."),
    ("ก็็", "A name may not pile up marks on one letter."),
    ("กิี๊็", "A name may not pile up marks on one letter."),
    ("ကျြွှိုံ့", "A name may not pile up marks on one letter."),
    ("က\u0335\u0336\u0337\u0338", "A name may not pile up marks on one letter."),
    ("אְָּֽׁ֑", "A name may not pile up marks on one letter."),
    ("الّٰٖٓٔ", "A name may not pile up marks on one letter."),
    ("c\u0308\u0301\u0301", "A name may not pile up marks on one letter."),
    ('דוד"', ONLY),
    ('"דוד', ONLY),
    ('da"vid', ONLY),
    ("이·박", "A name may not hold MIDDLE DOT; please leave it out."),
    ("two words", ONLY),
    ("tab\tbed", ONLY),
    ("##alice", ONLY),
    ("\uff03\uff03alice", ONLY),
    ("alice:", ONLY),
    ("*alice*", ONLY),
    ("/alice", ONLY),
    ("@alice", ONLY),
    ("[alice]", ONLY),
    ("<script>", ONLY),
    ("al\x1b[2Jice", ONLY),
    ("al\x00ice", ONLY),
    ("al\x7fice", ONLY),
    ("al\x9b31mice", ONLY),
    ("al\nice", ONLY),
    ("al\u202eecila", ONLY),
    ("al\u2066ice", ONLY),
    ("al\u200fice", ONLY),
    ("al\u061cice", ONLY),
    ("al\u200bice", ONLY),
    ("al\u200cice", "A name may not hold ZERO WIDTH NON-JOINER; please leave it out."),
    ("al\u200dice", "A name may not hold ZERO WIDTH JOINER; please leave it out."),
    ("al\u2060ice", ONLY),
    ("al\ufeffice", ONLY),
    ("al\u00adice", ONLY),
    ("al\u2028ice", ONLY),
    ("al\u00a0ice", ONLY),
    ("al\u3000ice", ONLY),
    ("al\u2800ice", ONLY),
    ("al\u3164ice", ONLY),
    ("al\u115fice", ONLY),
    ("al\u034fice", ONLY),
    ("al\ufe0fice", ONLY),
    ("al\U000e0100ice", ONLY),
    ("al\U000e0069ce", ONLY),
    ("al\ufffdice", ONLY),
    ("al\ue000ice", ONLY),
    ("al\ud800ice", ONLY),
    ("\U0001f600", ONLY),
    ("аlice", "A name must be in one script, not in both Cyrillic and Latin."),
    ("Oльга", "A name must be in one script, not in both Latin and Cyrillic."),
    ("alice太郎", "A name must be in one script, not in both Latin and Han."),
    ("さくら민", "A name must be in one script, not in both Hiragana and Hangul."),
    ("bob१", "A name must be in one script, not in both Latin and Devanagari."),
    ("سـلام", "A name may not hold ARABIC TATWEEL; please leave it out."),
    ("ᄀᄂ", "A name may not hold HANGUL CHOSEONG KIYEOK; please leave it out."),
    ("a·b", "A name may not hold MIDDLE DOT; please leave it out."),
    ("2דוד", DIRECTION),
    ("דוד_", DIRECTION),
    ("_דוד", DIRECTION),
    ("نور3٣", DIRECTION),
    ("نور٣۳", DIRECTION),
]


@pytest.mark.parametrize(("typed", "reason"), BAD_NAMES)
def test_what_is_no_name_is_refused_with_the_reason(typed, reason):
    with pytest.raises(BadName) as refusal:
        read_nick(typed)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    "nick",
    ["server", "Server", "SYSTEM", "\uff53erver", "\u017ferver", "you", "YOU", "admin", "root",
     "operator", "everyone", "quit", "exit", "q", "close", "disconnect", "#server"],
)  # fmt: skip
def test_no_nick_can_be_taken_for_the_server_or_for_everybody(nick):
    with pytest.raises(BadName, match=r"^The name \w+ is reserved, please choose another\.$"):
        read_nick(nick)


@pytest.mark.parametrize(
    ("nick", "word"),
    [
        ("adrnin", "admin"),
        ("AII", "all"),
        ("al1", "all"),
        ("r00t", "root"),
        ("ОР", "op"),
        ("rne", "me"),
    ],
)
def test_no_nick_can_look_like_the_server_or_like_everybody(nick, word):
    with pytest.raises(LooksLike) as refusal:
        read_nick(nick)
    assert str(refusal.value) == (
        f"The name {nick} looks like {word}, which is reserved; please choose another."
    )


@pytest.mark.parametrize(
    ("typed", "room"),
    [
        ("dev", "dev"),
        ("#dev", "dev"),
        ("2024", "2024"),
        ("r" * 32, "r" * 32),
        ("server", "server"),
    ],
)
def test_a_room_is_named_with_or_without_its_sign(typed, room):
    assert read_room(typed) == room


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "A room name needs at least one letter or digit."),
        ("r" * 33, "A room name may be at most 32 characters long."),
        ("my room", "A room name may hold only letters, digits and the characters _ - ' and ."),
        ("-dev", "A room name must begin with a letter, a digit or _."),
        ("dеv", "A room name must be in one script, not in both Latin and Cyrillic."),
    ],
)
def test_what_is_no_room_s_name_is_refused_with_the_reason(typed, reason):
    with pytest.raises(BadName) as refusal:
        read_room(typed)
    assert str(refusal.value) == reason


FORBIDDEN = re.compile(
    "[\x00-\x20\x7f-\xa0\u00ad\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ue000-\uf8ff\ufffd]"
)


def test_every_scalar_of_unicode_in_a_nick_is_refused_or_harmless():
    nicks = []
    for number in range(0x110000):
        if not 0xD800 <= number < 0xE000:
            character = chr(number)
            try:
                nicks.append(read_nick(2 * character if character.isalpha() else f"a{character}b"))
            except BadName:
                continue
    assert len(nicks) > 100_000
    shown = "".join(nicks)
    assert not FORBIDDEN.search(shown)
    kinds = {unicodedata.category(character) for character in set(shown)}
    assert kinds <= {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc", "Pc", "Pd", "Po"}
    assert {character for character in shown if character.isascii()} == set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.'"
    )
    for nick in nicks:
        assert unicodedata.is_normalized("NFKC", nick)


def test_a_name_read_again_is_the_same_name():
    for number in range(0x80, 0x110000, 7):
        try:
            nick = read_nick(2 * chr(number))
        except BadName:
            continue
        assert read_nick(nick) == nick
        assert fold(fold(nick)) == fold(nick)


@given(
    st.text(
        st.characters() | st.sampled_from("aA_-.#' \u0301\u200d\u2019क्\uff41\ufb03"), max_size=60
    )
)
def test_whatever_is_typed_becomes_a_short_name_or_is_refused(typed):
    try:
        nick = read_nick(typed)
    except BadName:
        return
    assert 1 <= len(nick) <= 24
    assert read_nick(nick) == nick


@given(st.text(st.characters() | st.sampled_from("aAsSßſıİσςΣ\u0345\u1f88ꭰᎠ"), max_size=24))
def test_names_that_precis_takes_for_the_same_are_the_same(typed):
    try:
        nick = read_nick(typed)
    except BadName:
        return
    mapped = USERNAME.enforce(nick)
    assert fold(mapped) == fold(nick)
    assert USERNAME.enforce(mapped) == mapped


def test_hardly_any_real_name_is_refused_beside_any_others(capsys):
    names = {fold(name): name for name in real_names()}.values()
    taken, unfit, alike = Taken(), [], []
    for name in names:
        try:
            nick = read_nick(name)
        except BadName:
            unfit.append(name)
            continue
        other = taken.like(nick)
        if other is None:
            taken.add(nick)
        else:
            alike.append((nick, other))
    with capsys.disabled():
        print(  # noqa: T201  # a figure to be read
            f"\nnames: of {len(names)} real ones {len(unfit)} are refused by themselves, and "
            f"{len(alike)} more beside all the others"
        )
    assert len(names) > 10_000
    # Those that hold, by mistake, a comma or a letter of another script, and Close and Server.
    assert len(unfit) < len(names) / 1000
    # Marnie and Mamie, Ian and Lan, Capa and what is the same to the eye in Cyrillic.
    assert len(alike) < len(names) / 250
