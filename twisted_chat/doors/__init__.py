"""
The doors: each a protocol and a factory around the one hub.
"""
