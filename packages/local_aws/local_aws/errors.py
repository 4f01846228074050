"""What can go wrong on the local AWS."""


class LocalAwsError(Exception):
    """The local AWS can't do what it is asked. Its text is for the developer's terminal and says what to do."""
