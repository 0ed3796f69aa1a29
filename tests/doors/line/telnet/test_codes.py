"""
The numbers of telnet, as its RFCs give them.
"""

from twisted_chat.doors.line.telnet import codes


def test_commands_and_options_have_the_numbers_of_their_rfcs() -> None:
    # RFC 854, 1184, 856, 857, 858, 860, 1091, 1073 and 2066.
    found = {name: getattr(codes, name) for name in dir(codes) if name.isupper()}
    assert found == {
        "EOF": 236, "SUSP": 237, "SE": 240, "NOP": 241, "DM": 242, "BRK": 243, "IP": 244,
        "AO": 245, "AYT": 246, "EC": 247, "EL": 248, "GA": 249, "SB": 250, "WILL": 251,
        "WONT": 252, "DO": 253, "DONT": 254, "IAC": 255, "BINARY": 0, "ECHO": 1, "SGA": 3,
        "TIMING_MARK": 6, "TTYPE": 24, "NAWS": 31, "CHARSET": 42, "INTERRUPT": b"\x03",
        "ETX": 3,
    }  # fmt: skip
