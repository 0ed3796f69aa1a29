import json

from maubot import MessageEvent, Plugin
from maubot.handlers import command
from mautrix.util.async_db import UpgradeTable

upgrades = UpgradeTable()


@upgrades.register(description="Polls")
async def upgrade_v1(connection):
    await connection.execute("CREATE TABLE poll (room TEXT PRIMARY KEY, found TEXT)")


class Poll(Plugin):
    @classmethod
    def get_db_upgrade_table(cls):
        return upgrades

    async def poll_in(self, event):
        row = await self.database.fetchrow("SELECT found FROM poll WHERE room = $1", event.room_id)
        if row is None:
            await event.reply("There is no poll.")
            return None
        return json.loads(row["found"])

    async def keep(self, event, found):
        query = "INSERT INTO poll VALUES ($1, $2) ON CONFLICT (room) DO UPDATE SET found = $2"
        await self.database.execute(query, event.room_id, json.dumps(found))

    @command.new(help="Show the poll.", require_subcommand=False)
    async def poll(self, event: MessageEvent) -> None:
        if found := await self.poll_in(event):
            votes = list(found["votes"].values())
            counts = [f"{answer}: {votes.count(answer)}" for answer in found["answers"]]
            await event.reply(f"{found['question']} {', '.join(counts)}")

    @poll.subcommand(help="Ask: question | answer | answer.")
    @command.argument("question", pass_raw=True)
    async def ask(self, event: MessageEvent, question: str) -> None:
        asked, *answers = [part.strip() for part in question.split("|")]
        if len(answers) < 2:
            await event.reply("Give a question and two answers.")
            return
        await self.keep(event, {"question": asked, "answers": answers, "votes": {}})
        await event.reply(asked)

    @poll.subcommand(help="Vote for an answer.")
    @command.argument("answer", pass_raw=True)
    async def vote(self, event: MessageEvent, answer: str) -> None:
        if not (found := await self.poll_in(event)):
            return
        if answer not in found["answers"]:
            await event.reply(f"The answers are: {', '.join(found['answers'])}.")
            return
        found["votes"][event.sender] = answer
        await self.keep(event, found)
        await event.reply(f"You are for {answer}.")
