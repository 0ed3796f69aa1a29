"""
The talk: what the client knows, asks and tells, without input or output.
"""
