"""
Slash commands out of typed functions, and where they come from.
"""
