"""Ignore a text that is typed where keys choose one of several answers.

Somebody who expects a line of text does not look at the screen before the text is
typed. Without this module, a letter of the text would open a note, in which the rest of
the text would be kept, or a digit would choose an answer, which Enter would confirm.
"""

import time
from collections.abc import Callable

WRONG_SECONDS = 1.0  # a key that comes later does not belong to the wrong key before it
TEXT_SECONDS = 2.0  # longest pause within a text
SLIPS = 2  # so many wrong keys in a row can be slips, and an answer can follow


class StrayText:
    """Recognises that somebody types a text at a prompt that expects single keys.

    A text begins with a key that has no meaning at the prompt. One or two such keys can
    be slips, so an answer that follows them counts. The keys are a text as soon as they
    include a space, a third key without a meaning, or a command of the prompt, such as
    the key for a note.

    Args:
        choose_again: notes which answer is selected, and returns a function that
            selects this answer again.
        clock: returns the time in seconds.

    """

    def __init__(
        self,
        choose_again: Callable[[], Callable[[], None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._choose_again = choose_again
        self._clock = clock
        self._at = 0.0  # when the last key was pressed
        self._wrong = 0  # how many keys had no meaning
        self._is_text = False
        self._restore: Callable[[], None] = lambda: None

    @property
    def is_text(self) -> bool:
        """Whether a text was typed, and the next key can belong to it."""
        return self._is_text and self.goes_on

    @property
    def goes_on(self) -> bool:
        """Whether the next key comes soon enough to belong to the keys before it."""
        pause = TEXT_SECONDS if self._is_text else WRONG_SECONDS
        return bool(self._wrong) and self._clock() - self._at < pause

    def add(self, key: str, *, command: bool = False) -> None:
        """Record a key that does not choose an answer.

        ``command`` says whether the key is a command of the prompt; if so, the keys
        are a text.
        """
        if not self.goes_on:
            self.end()
            self._restore = self._choose_again()
        self._wrong, self._at = self._wrong + 1, self._clock()
        if command or key == " " or self._wrong > SLIPS:
            self._is_text = True
            self._restore()

    def end(self) -> None:
        """Record the end of a text; the next key does not belong to it."""
        self._wrong, self._is_text = 0, False

    def accepts(self) -> bool:
        """Record a key that chooses an answer; return False if it is part of a text."""
        self._at = self._clock()
        return not self._is_text
