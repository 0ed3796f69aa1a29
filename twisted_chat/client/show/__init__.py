"""
The words and looks: how a message of the server becomes rows on a terminal.
"""
