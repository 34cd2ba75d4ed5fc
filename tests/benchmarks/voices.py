"""Check rules that the advice to several voices must keep, on random answer sheets.

    python tests/benchmarks/voices.py [NUMBER, default 100000]

Each set has the sheets of two to four voices about one team. The rules are:

* The order of the voices does not matter.
* One more voice that agrees can only confirm. A draft that agrees changes nothing.
* One more voice with other answers never lets modelling start, and never opens a
  locked ML vacancy. ``one_more_improves`` leaves out two cases in which it may.
* A better answer never worsens the verdict, and never closes the ML vacancy.
* The silence of a voice never gives better advice than its agreement.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from typing import NamedTuple

from mlready.assessment.diagnosis import Verdict
from mlready.assessment.staffing import MlVacancy
from mlready.assessment.voices import combine, strictest_first
from mlready.model.answers import Answer, AnswerSheet, Voice, assessment_input
from mlready.model.questionnaire import Questionnaire
from mlready.storage.questionnaire_file import load_bundled
from tests.benchmarks.sheets import ANSWERS, RANKS, WITHOUT_LEVEL, advice, teams

VOICES = [
    Voice("Ana", "data_engineer"), Voice("Bo", "owner"), Voice("Cy", "analyst"),
    Voice(role="a friend of the team"), Voice(), Voice(),
]  # fmt: skip
ONE_MORE, DRAFT = Voice("Di", "devops"), Voice("Di", drafted="an assistant")
LEFT_OUT = Answer(na="not here")
NUMBERS = ("0", "1", "5", "400")  # values of facts that are numbers
MAY_START = RANKS.index(Verdict.CONDITIONAL)
YES = (MlVacancy.CLAIMED, MlVacancy.OPEN)


class Advised(NamedTuple):
    """The advice to a set of voices."""

    rank: int  # the verdict as a number, higher for a better verdict
    layer: str  # the id of the layer to fix first, as if all answers were confirmed
    hire: str  # the id of the role to hire first, as if all answers were confirmed
    confirmed: bool  # whether the verdict is confirmed
    ml: MlVacancy

    @property
    def accepted(self) -> tuple[float, bool]:
        """The verdict as a number, and whether the ML vacancy is open.

        The number is 0.5 lower if the verdict is not confirmed.
        """
        return self.rank - (0 if self.confirmed else 0.5), self.ml is MlVacancy.OPEN


class VoiceSet(NamedTuple):
    """The answer sheets of some voices, the combined sheet, and the advice."""

    questionnaire: Questionnaire
    voices: list[AnswerSheet]
    sheet: AnswerSheet
    now: Advised

    def advice_to(self, *voices: AnswerSheet) -> Advised:
        """Return the advice that follows from the answer sheets ``voices`` alone.

        To include the sheets of this set, pass ``*self.voices`` too.
        """
        return advised(self.questionnaire, combine(self.questionnaire, voices))


def advised(questionnaire: Questionnaire, sheet: AnswerSheet) -> Advised:
    diagnosis, staffing = advice(assessment_input(questionnaire, sheet))
    first, hire = diagnosis.priority_layer, staffing.first_hire or staffing.claimed
    return Advised(
        RANKS.index(diagnosis.verdict),
        first.id if first else "",
        hire.id if hire else "",
        staffing.confirmation.verdict,
        staffing.ml_vacancy,
    )


def voice_sets(
    questionnaire: Questionnaire, number: int, rng: random.Random
) -> Iterator[VoiceSet]:
    """Yield ``number`` random sets of two to four voices."""
    for team in teams(questionnaire, number, rng):
        said = [
            as_said_by(questionnaire, team.sheet, voice, rng)
            for voice in rng.sample(VOICES, rng.randint(2, 4))
        ]
        sheet = combine(questionnaire, said)
        yield VoiceSet(questionnaire, said, sheet, advised(questionnaire, sheet))


def as_said_by(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    voice: Voice,
    rng: random.Random,
) -> AnswerSheet:
    """Return the sheet as given by ``voice``, with some answers changed or left out."""
    silent, other = rng.choice((0.0, 0.0, 0.3)), rng.choice((0.0, 0.1, 0.6))
    answers = {
        id_: other_answer(answer, rng) if rng.random() < other else answer
        for id_, answer in sheet.answers.items()
        if rng.random() >= silent
    }
    profile = {
        fact.id: rng.choice([*fact.choices] or NUMBERS)
        if rng.random() < other
        else sheet.profile.get(fact.id, fact.assumed)
        for fact in questionnaire.profile
        if rng.random() >= silent
    }
    return sheet._replace(voice=voice, profile=profile, answers=answers, voices=())


def other_answer(answer: Answer, rng: random.Random) -> Answer:
    """Return a random answer, mostly one or two levels from the given answer."""
    if answer.level is None or rng.random() < 0.1:
        return rng.choice([*ANSWERS, *WITHOUT_LEVEL, LEFT_OUT])
    return ANSWERS[min(max(answer.level + rng.choice((-2, -1, 1, 2)), 0), 4)]


def order_matters(these: VoiceSet, rng: random.Random) -> bool:
    """Return whether another order of the voices changes the combined sheet."""
    other = rng.sample(these.voices, len(these.voices))
    return repr(combine(these.questionnaire, other)) != repr(these.sheet)


def agreeing_matters(these: VoiceSet, rng: random.Random) -> bool:
    """Return whether one more voice changes the advice too much by agreeing.

    The new voice gives the answers of the combined sheet of ``these``. If the voice is
    a draft, the advice must stay the same. If the voice is a person, the answers may
    only confirm the verdict or the ML vacancy.
    """
    agreeing = these.sheet._replace(voice=rng.choice((ONE_MORE, DRAFT)), voices=())
    after = these.advice_to(*these.voices, agreeing)
    confirms = these.now.ml, after.ml
    return (
        (agreeing.voice == DRAFT and after != these.now)
        or after[:3] != these.now[:3]
        or after.confirmed < these.now.confirmed
        or (confirms[0] != confirms[1] and confirms != tuple(YES))
    )


def one_more_improves(these: VoiceSet, rng: random.Random) -> bool:
    """Return whether one more voice lets modelling start or opens the ML vacancy."""
    questionnaire, sheet = these.questionnaire, these.sheet
    more = as_said_by(questionnaire, sheet, ONE_MORE, rng)
    # Other values of a fact without an order, and levels where no other voice gave one,
    # may improve the advice. So the new voice gives neither.
    with_order = {
        fact.id
        for fact in questionnaire.profile
        if not fact.choices or strictest_first(fact)
    }
    profile = {
        id_: more.profile.get(id_, value) if id_ in with_order else value
        for id_, value in sheet.profile.items()
    }
    answers = {
        id_: answer
        for id_, answer in more.answers.items()
        if answer.unknown or answer.na or sheet.answer(id_).level is not None
        if answer.unknown or sheet.answer(id_).given
    }
    more = more._replace(profile=profile, answers=answers)
    after = these.advice_to(*these.voices, more)
    better = after.rank > these.now.rank and after.rank >= MAY_START
    return better or (after.ml in YES and these.now.ml not in YES)


def better_answer_worsens(these: VoiceSet, rng: random.Random) -> bool:
    """Return whether the advice gets worse if one answer of a voice gets better."""
    at = rng.randrange(len(these.voices))
    voice = these.voices[at]
    low = [id_ for id_, each in voice.answers.items() if each.level in range(4)]
    if not low:
        return False
    id_ = rng.choice(low)
    better = ANSWERS[(voice.answers[id_].level or 0) + 1]
    better_voice = voice._replace(answers={**voice.answers, id_: better})
    voices = [*these.voices[:at], better_voice, *these.voices[at + 1 :]]
    after = these.advice_to(*voices)
    closed = these.now.ml in YES and after.ml is MlVacancy.LOCKED
    unconfirmed = after.rank == these.now.rank and after.confirmed < these.now.confirmed
    return after.rank < these.now.rank or closed or unconfirmed


def silence_helps(these: VoiceSet, rng: random.Random) -> bool:
    """Return whether a voice gets the team better advice by silence than by agreement.

    A random voice of ``these`` is silent on everything, or on one question or fact. To
    agree, the voice gives the combined answers of the other voices instead.
    """
    at = rng.randrange(len(these.voices))
    others = [*these.voices[:at], *these.voices[at + 1 :]]
    rest = combine(these.questionnaire, others)
    voice = these.voices[at]
    if rng.random() < 0.5:
        agreeing = rest._replace(voice=voice.voice, voices=())
        return _better(these.advice_to(*others), these.advice_to(*others, agreeing))
    about = rng.choice([*rest.answers, *rest.profile])
    silent = voice._replace(
        answers={id_: each for id_, each in voice.answers.items() if id_ != about},
        profile={id_: each for id_, each in voice.profile.items() if id_ != about},
    )
    lower, value = rest.answers.get(about), rest.profile.get(about)
    agreeing = silent._replace(
        answers={**silent.answers, **({about: lower} if lower else {})},
        profile={**silent.profile, **({about: value} if value else {})},
    )
    return _better(these.advice_to(*others, silent), these.advice_to(*others, agreeing))


def _better(one: Advised, other: Advised) -> bool:
    pairs = zip(one.accepted, other.accepted, strict=True)
    return any(a > b for a, b in pairs)


VIOLATIONS = {
    "the order of voices matters": order_matters,
    "a voice that agrees changes more than it confirms": agreeing_matters,
    "one more voice makes the advice better": one_more_improves,
    "a better answer worsens the advice": better_answer_worsens,
    "silence helps": silence_helps,
}


def campaign(number: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Check the rules in ``VIOLATIONS`` on random sets of voices, and return counts.

    ``number`` is the number of sets. The first result is how many sets got each
    verdict. The second is how often each rule was broken, by its key in ``VIOLATIONS``.
    """
    rng, questionnaire = random.Random(seed), load_bundled("kickoff")
    verdicts: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    for these in voice_sets(questionnaire, number, rng):
        claimed = "" if these.now.confirmed else ", not confirmed"
        verdicts[f"{RANKS[these.now.rank]}{claimed}"] += 1
        violations.update(
            name for name, violated in VIOLATIONS.items() if violated(these, rng)
        )
    return verdicts, violations


def main(number: int = 100_000) -> int:
    """Check the rules for advice to several voices, on ``number`` random sets.

    Print the results. Return 1 if the advice to a set breaks a rule, else 0.
    """
    begin, workers = time.monotonic(), cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        shares = [number // workers + (n < number % workers) for n in range(workers)]
        found = list(pool.map(campaign, shares, range(workers)))
    verdicts = sum((each for each, _ in found), Counter[str]())
    violations = sum((each for _, each in found), Counter[str]())
    for name, count in sorted(verdicts.items()):
        print(f"{name:28} {count:7}")
    seconds = time.monotonic() - begin
    print(
        f"{number} sets of sheets in {seconds:.0f} s, broken: {dict(violations) or 0}"
    )
    return int(bool(violations))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
