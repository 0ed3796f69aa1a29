"""
Tells twistd that there is a server called ``chat``.
"""

from twisted.application.service import ServiceMaker

twistd_chat = ServiceMaker(
    "Twisted Chat",
    "twisted_chat.server.tap",
    "A chat server for people who live in terminals.",
    "chat",
)
