from evennia.commands.default.muxcommand import MuxCommand


class CmdPoll(MuxCommand):
    """
    Show the poll, ask one, or vote.

    Usage:
      poll
      poll/ask question | answer | answer
      poll/vote answer
    """

    key = "poll"
    switch_options = ("ask", "vote")

    def func(self):
        if "ask" in self.switches:
            self.ask()
        elif not (found := self.caller.location.db.poll):
            self.msg("There is no poll.")
        elif "vote" in self.switches:
            self.vote(found)
        else:
            votes = list(found["votes"].values())
            counts = [f"{answer}: {votes.count(answer)}" for answer in found["answers"]]
            self.msg(f"{found['question']} {', '.join(counts)}")

    def ask(self):
        asked, *answers = [part.strip() for part in self.args.split("|")]
        if len(answers) < 2:
            self.msg("Give a question and two answers.")
            return
        found = {"question": asked, "answers": answers, "votes": {}}
        self.caller.location.db.poll = found
        self.msg(asked)

    def vote(self, found):
        answer = self.args.strip()
        if answer not in found["answers"]:
            self.msg(f"The answers are: {', '.join(found['answers'])}.")
            return
        found["votes"][self.caller.key] = answer
        self.msg(f"You are for {answer}.")
