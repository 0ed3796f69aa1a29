"""
The commands that every server has, written like those of a plugin.
"""

#: Their modules, in the order of loading.
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
