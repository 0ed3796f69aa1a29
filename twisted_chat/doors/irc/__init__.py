"""
The IRC door: for the clients that people who chat in terminals have.
"""
