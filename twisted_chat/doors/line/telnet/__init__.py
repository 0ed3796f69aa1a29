"""
Telnet (RFC 854): taken out of what a client sends, answered, and asked for what a user needs.
"""
