"""What the command line itself finds wrong."""

from juryroom_reviewers.failure import Failure


class UsageError(Failure):
    """The command line asks for something that can't be done; the message says what to write instead."""
