"""
What is kept in memory for clients of IRC alone, until the server stops.
"""
