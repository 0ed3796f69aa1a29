"""
History: numbering, keeping, reading, searching and deleting lines.
"""
