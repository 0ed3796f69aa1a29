"""
What happens in a turn: kept, rendered once, and told to all whom it concerns.
"""
