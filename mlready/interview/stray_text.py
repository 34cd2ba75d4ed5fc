"""Ignore a text that is typed where keys choose one of several answers.

Without this module, a letter of the text could open a note, or a digit could choose an
answer.
"""

import time
from collections.abc import Callable

WRONG_SECONDS = 1.0  # a key that comes later does not belong to the wrong key before it
TEXT_SECONDS = 2.0  # longest pause within a text
SEPARATORS = ",;+&"  # between the keys of several answers
ONLY_ONE = "Only one can be chosen."
SLIPS = 2  # so many wrong keys in a row can be slips, and an answer can follow


class StrayText:
    """Recognises that somebody types a text at a prompt that expects single keys.

    Three wrong keys in a row, which choose no answer, are a text. A single space is
    also a text. A command such as "n", which opens a note, counts as text only shortly
    after a wrong key.

    Args:
        choose_again: called at the first wrong key; returns a function that selects
            the present answer again.
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
        self._last = ""  # the last key that had no meaning
        self._restore: Callable[[], None] = lambda: None

    @property
    def is_text(self) -> bool:
        """Whether the last keys belong to a text, so that no key chooses an answer."""
        return self._is_text and self.goes_on

    @property
    def goes_on(self) -> bool:
        """Whether a key pressed now would belong to the same text as the keys before.

        This needs an earlier key that chose no answer, and only a short pause since.
        """
        pause = TEXT_SECONDS if self._is_text else WRONG_SECONDS
        return bool(self._wrong) and self._clock() - self._at < pause

    @property
    def is_several(self) -> bool:
        """Whether the last keys name several answers, as in "1,4"."""
        return self.goes_on and not self._is_text and self._last in SEPARATORS

    def add(self, key: str, *, command: bool = False) -> None:
        """Record a key that does not choose an answer.

        Args:
            key: the key.
            command: whether the key is a command of the prompt, such as "n".

        """
        if not self.goes_on:
            self.end()
            self._restore = self._choose_again()
        self._wrong, self._at = self._wrong + 1, self._clock()
        self._last = key
        if command or key == " " or self._wrong > SLIPS:
            self._is_text = True
            self._restore()

    def end(self) -> None:
        """Forget all keys so far, so that later keys do not continue the same text."""
        self._wrong, self._is_text = 0, False

    def accepts(self) -> bool:
        """Return whether a key that was just pressed may choose an answer.

        The result is False while a text is typed. The time of the key is recorded,
        because a long pause after the key ends the text.
        """
        self._at = self._clock()
        return not self._is_text
