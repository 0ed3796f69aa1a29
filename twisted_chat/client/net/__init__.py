"""
The net: how the client reaches a server, and comes back when a connection is lost.
"""
