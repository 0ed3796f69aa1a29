"""
Single commands by SSH, as in `ssh host '/msg bob hi'`.
"""
