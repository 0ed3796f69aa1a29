"""
The JSON door: for programs, which send and read objects.
"""
