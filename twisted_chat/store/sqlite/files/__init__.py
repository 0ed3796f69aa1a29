"""
The file of a database: where it is, whose it is, and whether the disk has room for it.
"""
