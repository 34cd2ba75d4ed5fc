"""Decide whether a second voice confirms the claims on which a "ready" rests."""

from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis
from mlready.model.questionnaire import Fact, Question


class Claim(NamedTuple):
    """An answer on which a "ready" or an ML vacancy rests.

    Either ``question`` or ``fact`` is given. ``voices`` is how many voices, without
    drafts, answered it. ``known_by`` are the ids of the roles that can confirm it.
    """

    question: Question | None
    fact: Fact | None
    voices: int
    known_by: tuple[str, ...]


class Confirmation(NamedTuple):
    """Whether two voices made the claims on which the advice rests.

    ``verdict`` is False only for a "ready" whose claims one voice made alone,
    ``vacancy`` likewise for an ML vacancy. ``claims`` are all claims on which these
    rest; there are none unless the verdict is "ready".
    """

    verdict: bool
    vacancy: bool
    claims: tuple[Claim, ...]

    @property
    def unconfirmed(self) -> tuple[Claim, ...]:
        """The claims that still need a second voice."""
        return tuple(claim for claim in self.claims if claim.voices < ENOUGH_VOICES)


ENOUGH_VOICES = 2  # one voice is never enough for a yes


def confirmation(diagnosis: Diagnosis) -> Confirmation:
    """Return whether a second voice confirms what the advice to a team rests on."""
    raise NotImplementedError
