"""
What is done against somebody, and what operators are told.
"""
