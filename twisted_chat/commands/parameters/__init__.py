"""
Parameters of commands: their types, what reads words into them, and their arguments.
"""
