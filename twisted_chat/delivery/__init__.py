"""
Delivery: keeps the events of a turn, renders them once, and sends them to all readers.
"""
