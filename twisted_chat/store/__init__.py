"""
Stores: keep lines, accounts and decisions, so that they outlive the server.
"""
