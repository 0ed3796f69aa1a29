"""
Programs that are plugins: in any language, they speak the JSON wire, as processes of their own.
"""
