"""
Commands: typed functions as slash commands, the dispatcher, and plugins.
"""
