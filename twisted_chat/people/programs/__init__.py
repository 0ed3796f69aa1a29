"""
Programs: their tokens, their sessions, which outlive a connection, and the devices they are on.
"""
