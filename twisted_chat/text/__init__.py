"""
Names and text: what they may hold, and which look alike.
"""
