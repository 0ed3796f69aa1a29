"""
The files of a database: where they are, whose they are, their copies, and room for them.
"""
