"""
The version of Twisted Chat.
"""

#: As in the package's metadata; see https://packaging.python.org/en/latest/specifications/.
VERSION = "0.1.0"
