"""
Names and text: allowed characters, and lookalikes.
"""
