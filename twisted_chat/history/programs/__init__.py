"""
History as programs read it: by places, not page by page.
"""
