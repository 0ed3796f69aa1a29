"""
The SSH of a server: its host key.
"""
