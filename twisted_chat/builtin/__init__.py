"""
The commands that every server has, written exactly as a plugin's are.
"""

#: The modules of them, in the order in which they are loaded.
BUILTIN = (
    "twisted_chat.builtin.rooms",
    "twisted_chat.builtin.owners",
    "twisted_chat.builtin.people",
    "twisted_chat.builtin.accounts",
    "twisted_chat.builtin.talk",
    "twisted_chat.builtin.reading",
    "twisted_chat.builtin.history",
    "twisted_chat.builtin.lines",
    "twisted_chat.builtin.moderation",
    "twisted_chat.builtin.operators",
    "twisted_chat.builtin.server",
)
