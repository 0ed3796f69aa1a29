"""
The admin program, which works on a server's database: `python -m twisted_chat.admin`.
"""
