"""
What this server is measured against where no package of the system's is: the floor and two loops.

They speak the line mode and nothing else: a prompt, a name, a welcome, and then lines that all the
others read.  There is one room, no command and no limit, and nobody is told who comes and goes.
"""
