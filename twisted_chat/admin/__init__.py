"""
What the operator does with a server's database: `python -m twisted_chat.admin`.
"""
