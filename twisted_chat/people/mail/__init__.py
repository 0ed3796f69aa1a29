"""
Mail: telling the owners of accounts what they missed, at an address that is theirs.
"""
