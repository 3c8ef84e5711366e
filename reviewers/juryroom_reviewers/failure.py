"""Failures that are expected."""


class Failure(Exception):  # noqa: N818 - it is the family of all errors that are no defects
    """Something that the user can mend. The message says what, which, and what to do next.

    What is raised and is none of these is a defect of ours.
    """
