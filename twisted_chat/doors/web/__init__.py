"""
The web door: answers HTTP, with the health of the server.
"""
