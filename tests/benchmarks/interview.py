"""Measure how many questions an interview asks until its advice no longer changes.

    python tests/benchmarks/interview.py

Two people, the readers, read texts about teams and answered the questionnaire for each
team. Two other voices answered for some of the teams (see judgement.py). Interviews are
replayed with these answers: first the core, then the details that ``next_questions``
chooses. Prints:

* how often the advice after the core, and after these details, equals the advice
  after the whole questionnaire;
* how many answers were given, and how many words the screens showed.

Exits with 1 if the interviews of a reader miss a limit, such as ``MOST_ANSWERS``. Also
exits with 1 if the answers of another voice lead to a wrong "ready" after the details.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mlready.assessment.next_questions import next_questions
from mlready.model.answers import EXPRESS, FULL, Answer, AnswerSheet, applicable_to
from mlready.model.applicability import needs
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Fact, Question, Questionnaire
from mlready.storage.questionnaire_file import load_bundled
from tests.benchmarks.judgement import (
    READERS,
    VOICES,
    Case,
    Judgement,
    advice,
    cases,
    majority,
    said_by,
)

SAME_AFTER_CORE, SAME_AFTER_DETAILS = 0.90, 0.98
MEDIAN_ANSWERS, MOST_ANSWERS = 36, 50
MOST_CORE_ANSWERS = 25
MEDIAN_WORDS = 2300
UNKNOWN = Answer(unknown=True)


class Interview(NamedTuple):
    """The results of an interview, replayed with given answers about one team."""

    name: str
    core: Judgement  # the advice after the core
    details: Judgement  # the advice after the details that ``next_questions`` chose
    whole: Judgement  # the advice after the whole questionnaire
    core_answers: int
    answers: int  # in the core and in these details
    words: int  # on the screens of the core and of these details


def play(questionnaire: Questionnaire, name: str, full: AnswerSheet) -> Interview:
    """Replay the interview of team ``name`` with the answers of the sheet ``full``."""
    sheet = core_of(questionnaire, full)
    core = advice(questionnaire, sheet)
    asked = applicable_to(questionnaire, sheet)
    facts = [each for each in asked.facts if not each.only_for_details]
    questions = list(asked.questions)
    core_answers = screens(facts) + len(questions)
    names = {each.id: each for each in questionnaire.profile}
    while to_ask := next_questions(questionnaire, sheet).to_ask:
        question = to_ask[0].question
        if fact := fact_to_ask_first(questionnaire, question, sheet):
            facts.append(names[fact])
            value = full.profile.get(fact, names[fact].assumed)
            sheet = sheet._replace(profile={**sheet.profile, fact: value})
            continue
        questions.append(question)
        answer = full.answers.get(question.id, UNKNOWN)
        sheet = sheet._replace(answers={**sheet.answers, question.id: answer})
    return Interview(
        name,
        core,
        advice(questionnaire, sheet),
        advice(questionnaire, full._replace(scope=FULL)),
        core_answers,
        screens(facts) + len(questions),
        words(questionnaire, facts, questions),
    )


def core_of(questionnaire: Questionnaire, full: AnswerSheet) -> AnswerSheet:
    """Return the sheet with only the facts and answers that the core asks."""
    for_details = {each.id for each in questionnaire.profile if each.only_for_details}
    core = {each.id for each in questionnaire.questions if each.express}
    return full._replace(
        scope=EXPRESS,
        profile={k: v for k, v in full.profile.items() if k not in for_details},
        answers={k: each for k, each in full.answers.items() if k in core},
    )


def fact_to_ask_first(
    questionnaire: Questionnaire, question: Question, sheet: AnswerSheet
) -> str:
    """Return the id of a fact that must be asked before a question, or ""."""
    facts = {each.id: each for each in questionnaire.profile}
    required = needs(questionnaire)
    return next(
        (
            name
            for name in required[question.id]
            if name in facts
            and facts[name].only_for_details
            and name not in sheet.profile
        ),
        "",
    )


def screens(facts: Sequence[Fact]) -> int:
    """Return how many screens ask ``facts``; facts about people share one screen."""
    about_people = [each for each in facts if _is_about_people(each)]
    return len(facts) - len(about_people) + bool(about_people)


def _is_about_people(fact: Fact) -> bool:
    return not fact.choices or fact.id == EngineFact.PROMISED


def words(
    questionnaire: Questionnaire, facts: Sequence[Fact], questions: Sequence[Question]
) -> int:
    """Return how many words the screens of an interview show."""
    texts = [
        *questionnaire.project.values(),
        *(each.available for each in questionnaire.roles.values()),
        *(each.text for each in questionnaire.background if not each.in_plan),
        *(text for each in facts for text in (each.text, each.help)),
        *(text for each in facts for text in each.choices.values()),
        *(text for q in questions for text in (q.text, *q.levels, q.hint)),
    ]
    return sum(len(text.split()) for text in texts)


def share_of_equal(pairs: Sequence[tuple[Judgement, Judgement]]) -> float:
    """Return in what share of ``pairs``, from 0 to 1, both parts are equal.

    The parts of a pair are the advice at two times in one interview, such as after the
    core and after the whole questionnaire.
    """
    return float(statistics.mean(one == other for one, other in pairs))


def misses(interviews: Sequence[Interview]) -> Iterator[str]:
    """Yield a text for each limit that ``interviews`` miss.

    An example is "core over 25 answers".
    """
    core = share_of_equal([(each.core, each.whole) for each in interviews])
    details = share_of_equal([(each.details, each.whole) for each in interviews])
    answers = [each.answers for each in interviews]
    limits = {
        f"after the core under {SAME_AFTER_CORE:.0%}": core < SAME_AFTER_CORE,
        f"after details under {SAME_AFTER_DETAILS:.0%}": details < SAME_AFTER_DETAILS,
        f"core over {MOST_CORE_ANSWERS} answers": (
            max(each.core_answers for each in interviews) > MOST_CORE_ANSWERS
        ),
        f"median over {MEDIAN_ANSWERS} answers": (
            statistics.median(answers) > MEDIAN_ANSWERS
        ),
        f"more than {MOST_ANSWERS} answers": max(answers) > MOST_ANSWERS,
        f"median over {MEDIAN_WORDS} words": (
            statistics.median(each.words for each in interviews) > MEDIAN_WORDS
        ),
    }
    return (limit for limit, missed in limits.items() if missed)


def show(title: str, interviews: Sequence[Interview]) -> None:
    """Print the results of ``interviews``.

    The output begins with ``title``, which says who gave the answers.
    """
    core = share_of_equal([(each.core, each.whole) for each in interviews])
    details = share_of_equal([(each.details, each.whole) for each in interviews])
    answers = [each.answers for each in interviews]
    said = [each.words for each in interviews]
    print(
        f"{title}, {len(interviews)} teams: advice as after the whole interview: core "
        f"{core:.0%}, with details {details:.0%}; answers: core at most "
        f"{max(each.core_answers for each in interviews)}, until settled median "
        f"{statistics.median(answers):g}, at most {max(answers)}; words: median "
        f"{statistics.median(said):g}, at most {max(said)}"
    )
    for each in interviews:
        if each.details != each.whole:
            print(f"  {each.name}: {tuple(each.details)}, whole {tuple(each.whole)}")


def false_ready(
    interviews: Sequence[Interview], expected: Mapping[str, Judgement]
) -> list[str]:
    """Return the names of teams that an interview wrongly calls ready.

    An interview asks the core, then some details. Its "ready" is wrong if neither the
    advice after the whole questionnaire nor ``expected`` says so. ``expected`` is what
    most judges said about each team, by the team's name.
    """
    return [
        each.name
        for each in interviews
        if each.details.start == "yes" != each.whole.start
        and expected[each.name].start != "yes"
    ]


def played(questionnaire: Questionnaire, teams: Sequence[Case]) -> list[Interview]:
    return [play(questionnaire, case.name, case.sheet) for case in teams]


def main() -> int:
    """Print all results; return 1 if a result misses its limit, else 0."""
    questionnaire, missed = load_bundled("kickoff"), []
    for reader in READERS:
        interviews = played(questionnaire, list(cases(questionnaire, reader)))
        show(f"{reader} reader", interviews)
        missed += [f"{reader}: {miss}" for miss in misses(interviews)]
    expected = majority("notes")
    for voice in [each for each in VOICES if each not in READERS]:
        sheets = said_by(questionnaire, voice)
        interviews = [play(questionnaire, *each) for each in sheets.items()]
        show(voice, interviews)
        wrong = false_ready(interviews, expected)
        missed += [f"{voice}: {team} falsely ready" for team in wrong]
    print(f"missed: {', '.join(missed) or 'nothing'}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
