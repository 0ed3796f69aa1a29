"""
Registration: what a client agrees on with the server, and proves, before it has a nick.
"""
