"""
The commands and options of telnet, by their numbers.
"""

# Commands, RFC 854 page 14, and before them EOF, SUSP and ABORT, RFC 1184 page 4.
EOF, SUSP = 236, 237
SE, NOP, DM, BRK, IP, AO, AYT, EC, EL, GA, SB = range(240, 251)
WILL, WONT, DO, DONT, IAC = range(251, 256)

# Options, by their number with IANA.
BINARY, ECHO, SGA, TIMING_MARK, TTYPE, NAWS, CHARSET = 0, 1, 3, 6, 24, 31, 42

#: Ctrl-C in the stream of bytes: as a terminal sends it, and what IP stands for.
INTERRUPT = b"\x03"
#: The same as a number, which is found in bytes in an eighth of the time.
ETX = INTERRUPT[0]
