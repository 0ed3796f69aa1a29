"""
What owners do with their accounts, and how they come to them without a password.
"""
