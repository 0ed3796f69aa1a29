"""
The commands that every server has, written exactly as a plugin's are.
"""
