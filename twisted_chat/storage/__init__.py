"""
Storage: what plugins keep, and what they are to do later.
"""
