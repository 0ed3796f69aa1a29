from errbot import BotPlugin, CommandError, botcmd


class Poll(BotPlugin):
    def poll_in(self, message):
        found = self.get(str(message.to))
        if found is None:
            raise CommandError("There is no poll.")
        return found

    @botcmd
    def poll(self, message, args):
        """Show the poll."""
        found = self.poll_in(message)
        votes = list(found["votes"].values())
        counts = [f"{answer}: {votes.count(answer)}" for answer in found["answers"]]
        return f"{found['question']} {', '.join(counts)}"

    @botcmd
    def poll_ask(self, message, args):
        """Ask: question | answer | answer."""
        asked, *answers = [part.strip() for part in args.split("|")]
        if len(answers) < 2:
            raise CommandError("Give a question and two answers.")
        self[str(message.to)] = {"question": asked, "answers": answers, "votes": {}}
        return asked

    @botcmd
    def poll_vote(self, message, args):
        """Vote for an answer."""
        found = self.poll_in(message)
        if args not in found["answers"]:
            raise CommandError(f"The answers are: {', '.join(found['answers'])}.")
        found["votes"][str(message.frm)] = args
        self[str(message.to)] = found
        return f"You are for {args}."
