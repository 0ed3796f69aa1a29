"""
Who comes and goes, and what accounts they have.
"""
