"""
The process of a server: its signals, and the watch on its thread.
"""
