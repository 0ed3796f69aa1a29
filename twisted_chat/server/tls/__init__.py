"""
The TLS of a server: its certificates, and the watch for their end.
"""
