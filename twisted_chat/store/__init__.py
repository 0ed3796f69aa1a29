"""
What outlives the server: the lines of rooms and the accounts of people.
"""
