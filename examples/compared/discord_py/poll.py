import json
import sqlite3

from discord.ext import commands


class Poll(commands.Cog):
    def __init__(self):
        self.database = sqlite3.connect("poll.db")
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS poll (channel INTEGER PRIMARY KEY, found TEXT)"
        )

    def cog_unload(self):
        self.database.close()

    def poll_in(self, ctx):
        row = self.database.execute(
            "SELECT found FROM poll WHERE channel = ?", [ctx.channel.id]
        ).fetchone()
        if row is None:
            raise commands.UserInputError("There is no poll.")
        return json.loads(row[0])

    def keep(self, ctx, found):
        with self.database:
            self.database.execute(
                "REPLACE INTO poll VALUES (?, ?)", [ctx.channel.id, json.dumps(found)]
            )

    @commands.group(invoke_without_command=True)
    async def poll(self, ctx):
        """Show the poll."""
        found = self.poll_in(ctx)
        votes = list(found["votes"].values())
        counts = [f"{answer}: {votes.count(answer)}" for answer in found["answers"]]
        await ctx.send(f"{found['question']} {', '.join(counts)}")

    @poll.command()
    async def ask(self, ctx, *, question):
        """Ask: question | answer | answer."""
        asked, *answers = [part.strip() for part in question.split("|")]
        if len(answers) < 2:
            raise commands.UserInputError("Give a question and two answers.")
        self.keep(ctx, {"question": asked, "answers": answers, "votes": {}})
        await ctx.send(asked)

    @poll.command()
    async def vote(self, ctx, *, answer):
        """Vote for an answer."""
        found = self.poll_in(ctx)
        if answer not in found["answers"]:
            raise commands.UserInputError(f"The answers are: {', '.join(found['answers'])}.")
        found["votes"][str(ctx.author.id)] = answer
        self.keep(ctx, found)
        await ctx.send(f"You are for {answer}.")

    async def cog_command_error(self, ctx, error):
        if isinstance(error, commands.UserInputError):
            await ctx.send(str(error))


async def setup(bot):
    await bot.add_cog(Poll())
