"""
What waits for programs before it is delivered.
"""
