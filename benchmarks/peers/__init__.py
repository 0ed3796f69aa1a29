"""
Peers of this server that are no packages of the system: the floor and two loops.

They speak the line mode and nothing else: a prompt, a name, a welcome, and then lines that all the
others read.  There is one room, no command, no limit, and no notice of who comes and goes.
"""
