"""
Mail: the letters of the chat, handed to the operator's mail server.
"""
