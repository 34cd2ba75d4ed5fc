"""The keys by which trackers and calendars recognise the steps of a plan.

A key such as ``mlready.churn-early-warning.COL-04`` names the project and the step. It
does not depend on wording, answers or language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, KeysView
from typing import NamedTuple

from mlready.model.questionnaire import Questionnaire
from mlready.model.typed_names import SIGNS

HIRES = "hires-"  # before the id of a role: the step to hire somebody for it
CONFIRMS = "confirms"  # the step to have a second person confirm a "ready"
_OWN = "own-"  # before the number of a step that the team writes in an interview
_NUMBERED = rf"{_OWN}([0-9]{{1,6}})"
# Under AnswerSheet.earlier: what is before the key of a step, and the text that says
# that the team removed the step.
EARLIER_STEP, REMOVED = "step-", "removed"
UNNAMED, REDACTED = "_", "_redacted"  # projects without a name, or with a hidden one
_LONGEST = 24  # most characters of a project in a key: GitHub's labels have at most 50
_DIGEST = 4  # characters of a digest that make a shortened name unique
_DIGEST_OF_TEXT = 8  # characters of a digest that tell steps with the same key apart
_LONGEST_KEY = 64  # most characters of a step's key
_KEY = r"(?<![\w.])mlready\.([a-z0-9_-]+)\.([A-Za-z][A-Za-z0-9_-]{0,63})(?![\w-])"


class StepKey(NamedTuple):
    """The key of a step: the project, and the step's key in the answers file."""

    project: str
    step: str

    def __str__(self) -> str:
        return f"mlready.{self.project}.{self.step}"


def reserved_keys(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the keys of steps that belong to no question: hires and confirmation."""
    roles = questionnaire.roles.values()
    return (CONFIRMS, *(f"{HIRES}{each.id}" for each in roles if each.available))


def known_keys(questionnaire: Questionnaire) -> KeysView[str]:
    """Return the keys of all steps that the team did not write itself."""
    ids = (each.id for each in questionnaire.questions)
    # A dictionary's keys are ordered, and found quickly.
    return dict.fromkeys((*ids, *reserved_keys(questionnaire))).keys()


def next_key(keys: Iterable[str]) -> str:
    """Return a new key for a step that the team writes itself.

    ``keys`` must include the keys of removed steps, which a tracker may still know.
    """
    own = (key.removeprefix(EARLIER_STEP) for key in keys)
    found = (re.fullmatch(f"{_NUMBERED}(-[0-9a-f]+)?", key) for key in own)
    return f"{_OWN}{max((int(each[1]) for each in found if each), default=0) + 1}"


def key_with_text(key: str, text: str) -> str:
    """Add a digest of ``text`` to a key that several steps share."""
    kept = key[: _LONGEST_KEY - _DIGEST_OF_TEXT - 1]
    return f"{kept}-{_digest(text)[:_DIGEST_OF_TEXT]}"


def has_text(key: str, text: str) -> bool:
    """Return whether a key ends with the digest of ``text``."""
    return key.endswith(f"-{_digest(text)[:_DIGEST_OF_TEXT]}")


def comparable(text: str) -> str:
    """Return a text in which case and spaces make no difference."""
    return " ".join(text.casefold().split())


def _digest(text: str) -> str:
    from hashlib import sha256  # imported here, because most keys need no digest

    return sha256(comparable(text).encode()).hexdigest()


def project_in_keys(name: str) -> str:
    """Return a project's name for keys: up to 24 lower-case letters, digits, hyphens.

    A digest is added if other names could otherwise give the same result. An empty name
    gives ``UNNAMED``.
    """
    letters = [*unicodedata.normalize("NFKD", name.casefold())]
    plain = "".join(each if each.isascii() else "" for each in letters)
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    lost = any(
        each in SIGNS or (each.isalnum() and not each.isascii()) for each in letters
    )
    if words and not lost and len(words) <= _LONGEST:
        return words
    if not name.strip():
        return UNNAMED
    digest = _digest(name)[:_DIGEST]
    return "-".join(filter(None, [words[: _LONGEST - _DIGEST - 1].strip("-"), digest]))


def keys_in(text: str) -> Iterator[StepKey]:
    """Yield the keys of steps that a text contains.

    Ignores backslashes, which Markdown editors may add before underscores.
    """
    for project, step in re.findall(_KEY, text.replace("\\", "")):
        yield StepKey(project, step)
