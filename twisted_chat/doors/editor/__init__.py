"""
The line editor: keys come in, and what is to be shown goes out; it reads and writes nothing.

Doors share it: it is for clients whose terminal sends each key.
"""
