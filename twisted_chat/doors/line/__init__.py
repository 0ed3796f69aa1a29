"""
The line door: a `LineReceiver` for telnet, nc and their like.
"""
