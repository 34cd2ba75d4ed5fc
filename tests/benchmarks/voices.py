"""Check invariants of the advice to several voices on random sets of answer sheets.

    python tests/benchmarks/voices.py [NUMBER, default 100000]

Each set has two to four sheets about one team, each of another voice. Checked is that

* the order of the voices does not matter;
* a voice that agrees changes nothing, except that it can confirm a "ready";
* one more voice never lets modelling start and never opens the ML vacancy, except by
  confirming, unless it answers what nobody else could or chooses other facts that have
  no order;
* a better answer of any voice never worsens the verdict or closes the ML vacancy;
* a voice that is silent, left out or a draft never gets better advice accepted than one
  that agrees with the lower of the others.
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
    """The advice to some voices.

    ``rank`` is the verdict as a number, higher for a better verdict. ``layer`` is the
    id of the layer to mend first, ``hire`` that of the role to hire; both are computed
    as if a second voice had confirmed all answers. ``confirmed`` says whether a second
    voice confirms the verdict, ``ml`` whether to advertise the post of a modeller.
    """

    rank: int
    layer: str
    hire: str
    confirmed: bool
    ml: MlVacancy

    @property
    def accepted(self) -> tuple[float, bool]:
        """The rank, less 0.5 unless confirmed, and whether the ML vacancy is open."""
        return self.rank - (0 if self.confirmed else 0.5), self.ml is MlVacancy.OPEN


class VoiceSet(NamedTuple):
    """The sheets of some voices, the combined sheet, and the advice for it."""

    questionnaire: Questionnaire
    voices: list[AnswerSheet]
    sheet: AnswerSheet
    now: Advised

    def with_voices(self, *voices: AnswerSheet) -> Advised:
        """Return the advice if the team had ``voices`` instead."""
        return advised(self.questionnaire, combine(self.questionnaire, voices))


def advised(questionnaire: Questionnaire, sheet: AnswerSheet) -> Advised:
    """Return the advice for a sheet."""
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
    questionnaire: Questionnaire, number: int, chance: random.Random
) -> Iterator[VoiceSet]:
    """Yield ``number`` random sets of two to four sheets."""
    for team in teams(questionnaire, number, chance):
        said = [
            as_said_by(questionnaire, team.sheet, voice, chance)
            for voice in chance.sample(VOICES, chance.randint(2, 4))
        ]
        sheet = combine(questionnaire, said)
        yield VoiceSet(questionnaire, said, sheet, advised(questionnaire, sheet))


def as_said_by(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    voice: Voice,
    chance: random.Random,
) -> AnswerSheet:
    """Return a sheet as given by ``voice``: a few of its answers are changed."""
    silent, other = chance.choice((0.0, 0.0, 0.3)), chance.choice((0.0, 0.1, 0.6))
    answers = {
        id_: other_answer(answer, chance) if chance.random() < other else answer
        for id_, answer in sheet.answers.items()
        if chance.random() >= silent
    }
    profile = {
        fact.id: chance.choice([*fact.choices] or NUMBERS)
        if chance.random() < other
        else sheet.profile.get(fact.id, fact.assumed)
        for fact in questionnaire.profile
        if chance.random() >= silent
    }
    return sheet._replace(voice=voice, profile=profile, answers=answers, voices=())


def other_answer(answer: Answer, chance: random.Random) -> Answer:
    """Return a random answer, mostly one or two levels from the given answer."""
    if answer.level is None or chance.random() < 0.1:
        return chance.choice([*ANSWERS, *WITHOUT_LEVEL, LEFT_OUT])
    return ANSWERS[min(max(answer.level + chance.choice((-2, -1, 1, 2)), 0), 4)]


def order_matters(these: VoiceSet, chance: random.Random) -> bool:
    """Return whether combining the voices in another order gives another sheet."""
    other = chance.sample(these.voices, len(these.voices))
    return repr(combine(these.questionnaire, other)) != repr(these.sheet)


def agreeing_matters(these: VoiceSet, chance: random.Random) -> bool:
    """Return whether an agreeing voice or a draft changes more than confirmations."""
    agreeing = these.sheet._replace(voice=chance.choice((ONE_MORE, DRAFT)), voices=())
    after = these.with_voices(*these.voices, agreeing)
    confirms = these.now.ml, after.ml
    return (
        (agreeing.voice == DRAFT and after != these.now)
        or after[:3] != these.now[:3]
        or after.confirmed < these.now.confirmed
        or (confirms[0] != confirms[1] and confirms != tuple(YES))
    )


def one_more_improves(these: VoiceSet, chance: random.Random) -> bool:
    """Return whether one more voice lets modelling start or opens the ML vacancy.

    The new voice answers only questions that the others could answer, and differs only
    about facts that are numbers or have an order of strictness. It may turn "not yet"
    into "find out first" by answering "don't know" where others said "does not apply".
    """
    questionnaire, sheet = these.questionnaire, these.sheet
    more = as_said_by(questionnaire, sheet, ONE_MORE, chance)
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
    after = these.with_voices(*these.voices, more)
    better = after.rank > these.now.rank and after.rank >= MAY_START
    return better or (after.ml in YES and these.now.ml not in YES)


def better_answer_worsens(these: VoiceSet, chance: random.Random) -> bool:
    """Return whether a better answer of one voice worsens the advice."""
    at = chance.randrange(len(these.voices))
    voice = these.voices[at]
    low = [id_ for id_, each in voice.answers.items() if each.level in range(4)]
    if not low:
        return False
    id_ = chance.choice(low)
    better = ANSWERS[(voice.answers[id_].level or 0) + 1]
    better_voice = voice._replace(answers={**voice.answers, id_: better})
    voices = [*these.voices[:at], better_voice, *these.voices[at + 1 :]]
    after = these.with_voices(*voices)
    closed = these.now.ml in YES and after.ml is MlVacancy.LOCKED
    unconfirmed = after.rank == these.now.rank and after.confirmed < these.now.confirmed
    return after.rank < these.now.rank or closed or unconfirmed


def silence_helps(these: VoiceSet, chance: random.Random) -> bool:
    """Return whether a silent voice gives better advice than an agreeing voice.

    The silent voice gives no answer to one question or fact, or is missing altogether.
    The agreeing voice gives the lower answer of the other voices instead.
    """
    at = chance.randrange(len(these.voices))
    others = [*these.voices[:at], *these.voices[at + 1 :]]
    rest = combine(these.questionnaire, others)
    voice = these.voices[at]
    if chance.random() < 0.5:
        agreeing = rest._replace(voice=voice.voice, voices=())
        return _better(these.with_voices(*others), these.with_voices(*others, agreeing))
    about = chance.choice([*rest.answers, *rest.profile])
    silent = voice._replace(
        answers={id_: each for id_, each in voice.answers.items() if id_ != about},
        profile={id_: each for id_, each in voice.profile.items() if id_ != about},
    )
    lower, value = rest.answers.get(about), rest.profile.get(about)
    agreeing = silent._replace(
        answers={**silent.answers, **({about: lower} if lower else {})},
        profile={**silent.profile, **({about: value} if value else {})},
    )
    return _better(
        these.with_voices(*others, silent), these.with_voices(*others, agreeing)
    )


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
    """Check the invariants on ``number`` random sets of sheets.

    Returns how often each verdict occurred, with whether it was confirmed, and how
    often each invariant was violated.
    """
    chance, questionnaire = random.Random(seed), load_bundled("kickoff")
    verdicts: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    for these in voice_sets(questionnaire, number, chance):
        claimed = "" if these.now.confirmed else ", not confirmed"
        verdicts[f"{RANKS[these.now.rank]}{claimed}"] += 1
        violations.update(
            name for name, violated in VIOLATIONS.items() if violated(these, chance)
        )
    return verdicts, violations


def main(number: int = 100_000) -> int:
    """Print how often each verdict and violation occurred; return 1 on a violation."""
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
