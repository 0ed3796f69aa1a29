"""
The commands that every server has, written exactly as a plugin's are.
"""

#: The modules of them, in the order in which they are loaded.
BUILTIN = (
    "twisted_chat.commands.builtin.rooms",
    "twisted_chat.commands.builtin.owners",
    "twisted_chat.commands.builtin.people",
    "twisted_chat.commands.builtin.accounts",
    "twisted_chat.commands.builtin.talk",
    "twisted_chat.commands.builtin.reading",
    "twisted_chat.commands.builtin.history",
    "twisted_chat.commands.builtin.lines",
    "twisted_chat.commands.builtin.moderation",
    "twisted_chat.commands.builtin.operators",
    "twisted_chat.commands.builtin.server",
)
