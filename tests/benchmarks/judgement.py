"""Measure how often the advice agrees with judges of the same teams.

    python tests/benchmarks/judgement.py

``cases/short`` and ``cases/notes`` describe teams in texts that others wrote; the texts
are not part of this project. Three people, the judges, judged each team
(``labels.tsv``); what most of them said counts. Two other people, the readers, read the
texts and answered the questionnaire for each team. For the teams in ``cases/notes``,
two voices also answered version 1 of the questionnaire: the ``champion`` chooses the
higher level in doubt, the ``engineer`` knows only the data.

Prints:

* how well the two readers agree on each question;
* how often the advice from each reader's answers, and from fewer answers, agrees with
  most judges;
* how often it agrees for teams that were not used to choose the scoring constants: each
  fifth of the teams gets advice with the constants that suit the other teams best;
* how often the first hire stays the same when one answer in seven changes;
* how often the advice to one or several voices agrees with most judges;
* how often it agrees if the ``engineer`` answers only the questions of ``mlready ask``,
  or only random questions.

Exits with 1 if a result misses its limit.
"""

import csv
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from mlready.assessment.advice import advice_if_confirmed
from mlready.assessment.diagnosis import Verdict, diagnose
from mlready.assessment.questions_to_ask import MOST_QUESTIONS, questions_to_ask
from mlready.assessment.staffing import staff
from mlready.assessment.voices import combine
from mlready.model.answers import (
    AnswerSheet,
    Voice,
    applicable_to,
    assessment_input,
)
from mlready.model.questionnaire import Constants, Questionnaire
from mlready.storage.answers_file import read
from mlready.storage.questionnaire_file import load_bundled

CASES = Path(__file__).parents[1] / "cases"
SETS = ("short", "notes")
READERS = ("first", "second")
LAYERS = {
    "move_store": "move",
    "explore_transform": "explore",
    "aggregate_label": "aggregate",
    "learn_optimize": "learn",
    "deploy_operate": "operate",
}
ALLOWED = {"ready": "yes", "conditional": "conditional"}
Change = Callable[[Questionnaire, AnswerSheet], tuple[Questionnaire, AnswerSheet]]
# Thresholds: the lowest share of teams on which the advice must agree with the majority
# of people, and the lowest share of perturbed answer sheets that must give the same
# first hire as the unchanged sheet.
LEAST = {"layer to mend first": 0.98, "may modelling start": 0.92, "first hire": 0.92}
# The same for fewer answers, of all readers together, by the names in LESS.
LEAST_OF_LESS = {
    "without any of the three": (0.90, 0.88, 0.82),
    "details alone": (0.72, 0.0, 0.0),
}
LEAST_STABLE = 0.9
KAPPA, AGREEMENT = 0.75, 0.9
PERTURBED, TRIALS, SEED = 0.15, 100, 20261124
FOLDS = 5
# The scoring constants whose values were chosen by how well the advice then agreed with
# people on these cases, each with the values that were tried.
CHOICES = {
    "tilt": (0.1, 0.15, 0.2),
    "whole_layer_weight": (0.33, 0.5, 0.67),
    "tie_margin": (0.25, 0.5, 0.75),
}
NOT_JUDGING = {"seconds_per_question", "engineers_per_modeller"}


VOICES = {
    "champion": Voice("champion", "owner"),
    "engineer": Voice("engineer", "data_engineer"),
    "first": Voice("reader", "analyst"),
}
RANDOM_TRIALS = 20


class Judgement(NamedTuple):
    """What a person or the advice says about a team."""

    layer: str  # the id of the layer to fix first
    start: str  # whether modelling may start
    hire: str  # the id of the role to hire first


class Case(NamedTuple):
    """A team: the answers of one reader of its text, and what most judges said."""

    name: str
    sheet: AnswerSheet
    expected: Judgement


def cases(questionnaire: Questionnaire, reader: str) -> Iterator[Case]:
    """Yield a case for each team; ``reader``, "first" or "second", gave the answers."""
    for folder in SETS:
        judgements = majority(folder)
        for path in sorted((CASES / folder / reader).glob("*.yaml")):
            sheet = read(path.read_bytes(), path.name, questionnaire)
            yield Case(f"{folder}/{path.stem}", sheet, judgements[path.stem])


def majority(folder: str) -> dict[str, Judgement]:
    """Return what most of the three judges said about each team, by team.

    ``folder`` is the folder of the teams in ``tests/cases``: "short" or "notes".
    """
    judgements: dict[str, list[Judgement]] = {}
    with (CASES / folder / "labels.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            layer = LAYERS.get(row["lowest"], row["lowest"])
            judgement = Judgement(layer, row["ready"], row["first_hire"])
            judgements.setdefault(row["id"], []).append(judgement)
    return {
        team: Judgement(
            *(Counter(each).most_common(1)[0][0] for each in zip(*three, strict=True))
        )
        for team, three in judgements.items()
    }


def advice(questionnaire: Questionnaire, sheet: AnswerSheet) -> Judgement:
    """Return the advice for a sheet, as if a second voice confirmed every answer."""
    found = advice_if_confirmed(assessment_input(questionnaire, sheet))
    return Judgement(
        found.priority_layer.id if found.priority_layer else "none",
        ALLOWED.get(found.verdict, "not_yet"),
        found.first_hire.id if found.first_hire else "none",
    )


def shares(judgements: Sequence[Judgement], teams: Sequence[Case]) -> list[float]:
    """Return the share of teams whose advice is what most of the three judges said.

    The result has a share for each field of ``Judgement``. ``judgements`` is the
    program's advice to each of ``teams``, in the same order.
    """
    pairs = list(zip(judgements, (case.expected for case in teams), strict=True))
    return [sum(a[n] == b[n] for a, b in pairs) / len(pairs) for n in range(len(LEAST))]


def without_facts(*facts: str) -> Change:
    """Return a function that removes facts from a sheet.

    The arguments are the ids of these facts, such as "hands".
    """

    def change(
        questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> tuple[Questionnaire, AnswerSheet]:
        profile = {k: value for k, value in sheet.profile.items() if k not in facts}
        return questionnaire, sheet._replace(profile=profile)

    return change


def details_alone(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Questionnaire, AnswerSheet]:
    """Remove facts about the team itself, and ignore questions on whole layers."""
    constants = questionnaire.constants._replace(whole_layer_weight=0.0)
    return without_facts("stops", "hands", "proof")(
        questionnaire._replace(constants=constants), sheet
    )


LESS: Mapping[str, Change] = {
    "without hands": without_facts("hands"),
    "without stops": without_facts("stops"),
    "without proof": without_facts("proof"),
    "without any of the three": without_facts("stops", "hands", "proof"),
    "details alone": details_alone,
}


def kappa(pairs: Sequence[tuple[int, int]]) -> float:
    """Return Cohen's kappa with quadratic weights for pairs of levels from two people.

    Returns 1 if all levels are equal, because kappa is then undefined.
    """
    seen = sum((a - b) ** 2 for a, b in pairs) / len(pairs)
    by_chance = sum((a - b) ** 2 for a, _ in pairs for _, b in pairs) / len(pairs) ** 2
    return 1 - seen / by_chance if by_chance else 1.0


def answered_twice(
    first: Sequence[Case], second: Sequence[Case]
) -> dict[str, list[tuple[int, int]]]:
    """Return the pairs of levels in two people's answers, by the id of the question.

    ``first`` and ``second`` have the same teams in the same order.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for one, other in zip(first, second, strict=True):
        for id_, answer in one.sheet.answers.items():
            level = other.sheet.answer(id_).level
            if answer.level is not None and level is not None:
                found.setdefault(id_, []).append((answer.level, level))
    return found


def perturbed(sheet: AnswerSheet, rng: random.Random) -> AnswerSheet:
    """Return the sheet with about one answer in seven higher or lower by one level."""
    changed = {
        id_: answer._replace(level=min(4, max(0, answer.level + rng.choice((-1, 1)))))
        for id_, answer in sheet.answers.items()
        if answer.level is not None and rng.random() < PERTURBED
    }
    return sheet._replace(answers={**sheet.answers, **changed})


def stability(
    questionnaire: Questionnaire, teams: Sequence[Case], rng: random.Random
) -> float:
    """Return the share of perturbed sheets that keep the first hire."""
    same = [
        advice(questionnaire, perturbed(case.sheet, rng)).hire == hire
        for case in teams
        for hire in [advice(questionnaire, case.sheet).hire]
        for _ in range(TRIALS)
    ]
    return sum(same) / len(same)


def on_unseen(questionnaire: Questionnaire, teams: Sequence[Case]) -> list[float]:
    """Return the share of teams with the right advice, for each field of ``Judgement``.

    Advice is right if most judges said the same. The teams are in five folds. The
    advice to one fold uses the constants that gave right advice most often to the other
    folds.
    """
    names = sorted({case.name for case in teams})
    fold = {name: number % FOLDS for number, name in enumerate(names)}
    judgements = {
        constants: [
            advice(questionnaire._replace(constants=constants), case.sheet)
            for case in teams
        ]
        for constants in _candidates(questionnaire.constants)
    }
    kept: list[tuple[Judgement, Case]] = []
    for number in range(FOLDS):
        out = [fold[case.name] == number for case in teams]
        best = max(judgements, key=lambda c: _agreed(judgements[c], teams, out))
        kept += [
            (judgement, case)
            for judgement, case, unseen in zip(
                judgements[best], teams, out, strict=True
            )
            if unseen
        ]
    return shares([judgement for judgement, _ in kept], [case for _, case in kept])


def _candidates(constants: Constants) -> Iterator[Constants]:
    for values in product(*CHOICES.values()):
        yield constants._replace(**dict(zip(CHOICES, values, strict=True)))


def _agreed(
    judgements: Sequence[Judgement], teams: Sequence[Case], out: Sequence[bool]
) -> int:
    return sum(
        a == b
        for judgement, case, unseen in zip(judgements, teams, out, strict=True)
        if not unseen
        for a, b in zip(judgement, case.expected, strict=True)
    )


def reader_misses(questionnaire: Questionnaire, teams: Sequence[Case]) -> Iterator[str]:
    """Yield a message for each limit that advice from one reader's answers misses.

    A reader read texts about ``teams`` and gave the answers. A limit, in ``LEAST``, is
    the lowest share of teams whose advice must equal what most of the three judges
    said. A message is "first hire under 92%", for example.
    """
    everything = [advice(questionnaire, case.sheet) for case in teams]
    yield from _below(shares(everything, teams), tuple(LEAST.values()))


def misses_of_less(
    questionnaire: Questionnaire, teams: Sequence[Case]
) -> Iterator[str]:
    """Yield a message for each limit that advice from fewer answers misses.

    ``LESS`` says what is left out of the sheets of ``teams``, such as the three facts
    "stops", "hands" and "proof". A limit, in ``LEAST_OF_LESS``, is the lowest share of
    teams whose advice must equal what most of the three judges said. A message is
    "without any of the three: first hire under 82%", for example.
    """
    # With all readers together, because among fifty cases one team changes 2 %.
    for name, least in LEAST_OF_LESS.items():
        less = [advice(*LESS[name](questionnaire, case.sheet)) for case in teams]
        for miss in _below(shares(less, teams), least):
            yield f"{name}: {miss}"


def _below(found: Sequence[float], least: Sequence[float]) -> list[str]:
    return [
        f"{part} under {lowest:.0%}"
        for part, lowest, share in zip(LEAST, least, found, strict=True)
        if share < lowest
    ]


def show_reader(
    questionnaire: Questionnaire, reader: str, teams: Sequence[Case]
) -> None:
    """Print how often the advice to ``teams`` agrees with most of the three judges.

    ``reader`` says who read the texts about ``teams`` and gave the answers: "first" or
    "second".
    """
    judgements = [advice(questionnaire, case.sheet) for case in teams]
    print(f"\n{reader} reader, {len(teams)} teams")
    for case, judgement in zip(teams, judgements, strict=True):
        pairs = zip(judgement, case.expected, strict=True)
        if wrong := [f"{a} (people: {b})" for a, b in pairs if a != b]:
            print(f"  {case.name:9} {', '.join(wrong)}")
    print(f"  {'all of it':26} {percentages(shares(judgements, teams))}")
    for name, change in LESS.items():
        less = [advice(*change(questionnaire, case.sheet)) for case in teams]
        print(f"  {name:26} {percentages(shares(less, teams))}")


def percentages(found: Sequence[float]) -> str:
    """Return a line that names each part of the advice with its share in ``found``.

    The line is "layer to mend first 98%, may modelling start 92%, first hire 92%", for
    example. A share is that of the teams whose advice is what most judges said.
    """
    pairs = zip(LEAST, found, strict=True)
    return ", ".join(f"{part} {share:.0%}" for part, share in pairs)


class Bar(NamedTuple):
    """Limits for the advice to teams: the least agreement, and the most wrong yeses.

    Agreement is with most of the three judges. A wrong yes is a "ready", or the advice
    to hire a modeller, against most of the judges.
    """

    least: tuple[float, float, float] = (0, 0, 0)  # the lowest result of ``shares``
    false_ready: int = 0  # most teams with a wrong but confirmed "ready"
    false_ml: int = 0  # most teams that are wrongly told to hire a modeller


class Outcome(NamedTuple):
    """How often the advice to teams equals what most of the three judges said.

    The lists name teams that got a right or wrong yes. A yes is a "ready", or the
    advice to hire a modeller.
    """

    shares: list[float]  # of teams, for each part of a judgement
    false_ready: list[str]  # teams with a wrong but confirmed "ready"
    claimed_ready: list[str]  # teams with a wrong "ready", confirmed or not
    false_ml: list[str]  # teams that are wrongly told to hire a modeller
    confirmed: list[str]  # teams with a right and confirmed "ready"

    def misses(self, bar: Bar) -> list[str]:
        """Return a text for each limit of ``bar`` that these results miss."""
        ready = len(self.false_ready) > bar.false_ready
        ml = len(self.false_ml) > bar.false_ml
        low = _below(self.shares, bar.least)
        return low + ["false ready"] * ready + ["false ML hires"] * ml


# The sheets of some voices about the teams of the notes, by team.
Sheets = Mapping[str, AnswerSheet]
BARS = {
    "champion": Bar(),
    "engineer": Bar((0.90, 0.90, 0.90)),
    "reader": Bar((1.0, 0.93, 0.96)),
    "champion and engineer": Bar((0.95, 0.92, 0.92)),
    "the champion's word in a tie": Bar((0.88, 0.85, 0.85)),
    "both with the champion's facts": Bar((0.88, 0.85, 0.81), false_ml=1),
    "champion, engineer and reader": Bar((1.0, 0.93, 0.96)),
    "champion, asked of the engineer": Bar((0.75, 0, 0), false_ready=1, false_ml=1),
}


def said_by(questionnaire: Questionnaire, voice: str) -> Sheets:
    """Return the answer sheets of one voice, by team, for the teams in cases/notes."""
    return {
        path.stem: read(path.read_bytes(), path.name, questionnaire)._replace(
            voice=VOICES[voice]
        )
        for path in sorted((CASES / "notes" / voice).glob("*.yaml"))
    }


def all_voices(questionnaire: Questionnaire) -> dict[str, Sheets]:
    """Return combined sheets, by a name such as "champion and engineer", then by team.

    The names, which are the keys of ``BARS``, say whose answers are combined.
    """
    champion, engineer, reader = (said_by(questionnaire, each) for each in VOICES)
    asked = {
        team: only(engineer[team], asked_about(questionnaire, sheet))
        for team, sheet in champion.items()
    }
    same_facts = {
        team: sheet._replace(
            profile=champion[team].profile, available=champion[team].available
        )
        for team, sheet in engineer.items()
    }
    together = {
        "champion": [champion],
        "engineer": [engineer],
        "reader": [reader],
        "champion and engineer": [champion, engineer],
        "the champion's word in a tie": [
            _as_answered_by(champion, "engineer"),
            _as_answered_by(engineer, "champion"),
        ],
        "both with the champion's facts": [champion, same_facts],
        "champion, engineer and reader": [champion, engineer, reader],
        "champion, asked of the engineer": [champion, asked],
    }
    return {
        name: {
            team: combine(questionnaire, [each[team] for each in voices])
            for team in champion
        }
        for name, voices in together.items()
    }


def _as_answered_by(sheets: Sheets, voice: str) -> Sheets:
    return {team: sheet._replace(voice=VOICES[voice]) for team, sheet in sheets.items()}


def asked_about(questionnaire: Questionnaire, sheet: AnswerSheet) -> set[str]:
    """Return the ids of what ``mlready ask`` asks a data engineer, given ``sheet``.

    These are questions and facts. ``sheet`` has the answers of another voice.
    """
    role = VOICES["engineer"].role
    return {each.id for each in questions_to_ask(questionnaire, sheet, role)}


def only(sheet: AnswerSheet, ids: Collection[str]) -> AnswerSheet:
    """Return the sheet with only the facts and answers that have these ids."""
    return sheet._replace(
        profile={key: value for key, value in sheet.profile.items() if key in ids},
        answers={key: value for key, value in sheet.answers.items() if key in ids},
        available={},
    )


def outcome(questionnaire: Questionnaire, sheets: Sheets) -> Outcome:
    """Return how often the advice for ``sheets`` equals what most judges said.

    Three judges judged each team. ``sheets`` has the answers of each team, by its name.
    """
    people = majority("notes")
    teams = [Case(team, sheet, people[team]) for team, sheet in sheets.items()]
    judged = [advice(questionnaire, case.sheet) for case in teams]
    accepted = [
        staff(diagnose(assessment_input(questionnaire, case.sheet))) for case in teams
    ]
    found = Outcome(shares(judged, teams), [], [], [], [])
    for case, judgement, staffing in zip(teams, judged, accepted, strict=True):
        hire, ready = staffing.first_hire, judgement.start == ALLOWED[Verdict.READY]
        confirmed = ready and staffing.confirmation.verdict
        if hire and hire.id == "ml" != case.expected.hire:
            found.false_ml.append(case.name)
        if case.expected.start == judgement.start and confirmed:
            found.confirmed.append(case.name)
        elif case.expected.start != judgement.start and ready:
            found.claimed_ready.append(case.name)
            found.false_ready.extend([case.name] * confirmed)
    return found


def at_random(
    questionnaire: Questionnaire, rng: random.Random, trials: int
) -> list[Outcome]:
    """Return for each trial how often the advice agrees with most of the three judges.

    There are ``trials`` trials. In a trial, each team in cases/notes gets advice from a
    combined sheet. This sheet has all answers of the voice "champion", and those of the
    voice "engineer" to questions and facts that ``rng`` chooses.
    """
    champion, engineer, _ = (said_by(questionnaire, each) for each in VOICES)

    def asked(team: str) -> AnswerSheet:
        every = applicable_to(questionnaire, champion[team])
        ids = [fact.id for fact in every.facts]
        ids += [question.id for question in every.questions]
        some = only(engineer[team], rng.sample(ids, MOST_QUESTIONS))
        return combine(questionnaire, [champion[team], some])

    return [
        outcome(questionnaire, {team: asked(team) for team in champion})
        for _ in range(trials)
    ]


def unconfirmed_by_asking(outcomes: Mapping[str, Outcome]) -> set[str]:
    """Return the teams whose "ready" a short question list leaves unconfirmed.

    All answers of the voice "engineer" confirm the "ready" of these teams. The answers
    to the questions of ``mlready ask`` alone do not.
    """
    both = outcomes["champion and engineer"].confirmed
    return {*both} - {*outcomes["champion, asked of the engineer"].confirmed}


def show_voices(questionnaire: Questionnaire, rng: random.Random) -> list[str]:
    """Print how often the advice to a team agrees with most of the three judges.

    The advice rests on the answers of one voice, such as "champion", or of several,
    such as "champion and engineer". The result has a message for each limit in ``BARS``
    that is missed, such as "engineer: first hire under 90%". Each further
    message names a team. All answers of the voice "engineer" confirm the "ready" of
    that team, but the answers to the questions of ``mlready ask`` alone do not. ``rng``
    chooses questions for trials in which the engineer answers only random questions.
    """
    found = {
        name: outcome(questionnaire, sheets)
        for name, sheets in all_voices(questionnaire).items()
    }
    missed = []
    print("\nvoices, the 32 notes")
    for name, each in found.items():
        print(f"  {name:32} {_summary(each)}")
        missed += [f"{name}: {miss}" for miss in each.misses(BARS[name])]
    random_ones = at_random(questionnaire, rng, RANDOM_TRIALS)
    layer = sum(each.shares[0] for each in random_ones) / RANDOM_TRIALS
    ready = sum(len(each.claimed_ready) for each in random_ones) / RANDOM_TRIALS
    print(
        f"  {MOST_QUESTIONS} random answers of the engineer: layer {layer:.0%}, "
        f"says ready wrongly {ready:.1f} times"
    )
    lost = unconfirmed_by_asking(found)
    return missed + [f"ready, but not confirmed: {team}" for team in sorted(lost)]


def _summary(each: Outcome) -> str:
    return (
        f"{percentages(each.shares)}; says ready wrongly {len(each.claimed_ready)}, "
        f"confirmed {len(each.false_ready)}, ML hire {len(each.false_ml)}, "
        f"rightly ready and confirmed {len(each.confirmed)}"
    )


def show_agreement(first: Sequence[Case], second: Sequence[Case]) -> list[str]:
    """Print how well the answers of the two readers agree; return what is too low.

    ``first`` has the answers of one reader of texts about teams, ``second`` those of
    the other, about the same teams in the same order. The result has a text for each
    question whose kappa is under ``KAPPA``, such as "COL-01 under 0.75". The text
    "kappa over all" says that the kappa of all answers is under ``AGREEMENT``.
    """
    pairs = answered_twice(first, second)
    every = [pair for each in pairs.values() for pair in each]
    equal = sum(a == b for a, b in every) / len(every)
    weighted = kappa(every)
    print(
        f"two readers, {len(every)} answers: {equal:.0%} equal, "
        f"{sum(abs(a - b) <= 1 for a, b in every) / len(every):.0%} within one level, "
        f"weighted kappa {weighted:.2f}"
    )
    for id_, each in sorted(pairs.items(), key=lambda item: kappa(item[1])):
        same = sum(a == b for a, b in each)
        print(f"  {id_} {kappa(each):.2f} ({same} of {len(each)} equal)")
    low = [f"{id_} under {KAPPA}" for id_, e in pairs.items() if kappa(e) < KAPPA]
    return low + ["kappa over all"] * (weighted < AGREEMENT)


def main() -> int:
    """Print all results; return 1 if a result misses its limit, else 0."""
    questionnaire, rng = load_bundled("kickoff"), random.Random(SEED)
    teams = {reader: list(cases(questionnaire, reader)) for reader in READERS}
    missed = show_agreement(*teams.values())
    for reader, own_teams in teams.items():
        show_reader(questionnaire, reader, own_teams)
        misses = reader_misses(questionnaire, own_teams)
        missed += [f"{reader}: {miss}" for miss in misses]
        stable = stability(questionnaire, own_teams, rng)
        print(f"  first hire unchanged when perturbed: {stable:.0%}")
        missed += [f"{reader}: stability"] * (stable < LEAST_STABLE)
    missed += show_voices(questionnaire, rng)
    both = [case for own_teams in teams.values() for case in own_teams]
    missed += misses_of_less(questionnaire, both)
    unseen = percentages(on_unseen(questionnaire, both))
    print(f"\non five folds, constants chosen elsewhere: {unseen}")
    free = [name for name in questionnaire.constants._fields if name not in NOT_JUDGING]
    print(f"free constants: {len(free)} ({', '.join(free)})")
    print(f"missed: {', '.join(missed) or 'nothing'}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
