"""
People: users who come and leave, and their accounts.
"""
