"""A mutation: one small harm to the code, which some test must notice."""

from typing import Final

import attrs

FAULTS: Final = "tests/faults/test_faults.py"
"""What notices harm to the way of a sale, whichever module it is in."""


@attrs.frozen
class Mutation:
    """A text of a file that is replaced by another, and the suites that may notice, the likeliest first.

    ``old`` stands exactly once in the file at ``path``, which is relative to the repository.
    """

    name: str
    path: str
    old: str
    new: str
    suites: tuple[str, ...]

    def applied(self, text: str) -> str:
        """Return a file's text with the harm done.

        Raises:
            TextNotFound: The text to be replaced doesn't stand there exactly once.
        """
        count = text.count(self.old)
        if count != 1:
            raise TextNotFound(self, count)
        return text.replace(self.old, self.new)


@attrs.frozen
class TextNotFound(Exception):
    """The code that a mutation harms has changed: the mutation must follow it."""

    mutation: Mutation
    count: int

    def __str__(self) -> str:
        return f"{self.mutation.name}: its text stands {self.count} times in {self.mutation.path}"
