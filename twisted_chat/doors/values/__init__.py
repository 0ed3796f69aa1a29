"""
The door of values: for programs in this process, which are told values and no bytes.
"""
