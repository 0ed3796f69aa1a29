"""
Processes of programs that are plugins: started, watched and stopped.
"""
