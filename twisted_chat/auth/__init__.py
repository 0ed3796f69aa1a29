"""
Authentication: passwords, their hashes, and limits of guesses.
"""
