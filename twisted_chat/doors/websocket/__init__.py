"""
The WebSocket door: opens a WebSocket, and gives it to the door for its subprotocol.
"""
