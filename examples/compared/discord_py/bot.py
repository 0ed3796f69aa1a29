import os

import discord
from discord.ext import commands


class Polls(commands.Bot):
    async def setup_hook(self):
        await self.load_extension("poll")


intents = discord.Intents.default()
intents.message_content = True
if __name__ == "__main__":
    Polls("!", intents=intents).run(os.environ["DISCORD_TOKEN"])
