"""
The port: recognises who comes by their first bytes, and gives them to their door.
"""
