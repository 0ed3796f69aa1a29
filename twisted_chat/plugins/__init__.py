"""
Plugins: finding and loading them, and what each is given of its own.
"""
