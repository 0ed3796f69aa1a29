"""
HTTP as plugins have it: what they are asked, and what they ask.
"""
