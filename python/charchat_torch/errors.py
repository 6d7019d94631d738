"""What can go wrong with what a person gave, told in one line."""


class CharchatError(Exception):
    """An input that cannot be used: the file, what is wrong with it and what to do."""
