"""
Outgoing: what the server asks elsewhere.
"""
