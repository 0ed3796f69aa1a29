"""
Proving who one is: passwords, their hashes, and how often they may be guessed.
"""
