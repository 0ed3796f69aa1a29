"""
The benchmark: this server beside the ones people would pick instead, on one machine.
"""
