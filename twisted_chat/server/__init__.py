"""
A server that runs: its options, endpoints and parts.
"""
