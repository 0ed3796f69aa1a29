"""
Moderation: actions of operators against users, and reports to operators.
"""
