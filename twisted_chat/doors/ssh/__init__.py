"""
The SSH door: for the ssh client that everybody has.  Conch is imported with the first connection.
"""
