"""The root of every error that is meant for a person: it says what was wrong, with which value, and what to do."""


class GroundworkError(Exception):
    """A message for a person instead of a traceback; the command line prints it and exits with `exit_code`."""

    exit_code = 1
