"""
The web door: answers HTTP, with the page for browsers and the health of the server.
"""
