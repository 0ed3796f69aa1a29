"""
What users have read, and of what they want to be told.
"""
