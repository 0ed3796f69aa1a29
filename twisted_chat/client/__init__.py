"""
The client: a program for the terminal, which speaks the JSON wire and knows nothing of the server.
"""
