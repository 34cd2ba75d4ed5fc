"""Whom to hire and whom not, on a page for a sponsor."""

import re
from math import ceil
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap
from mlready.assessment.hiring_capacity import has_opening
from mlready.assessment.plan import has_own_steps, plan
from mlready.assessment.staffing import Horizon, Vacancy
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import EngineFact, is_trained
from mlready.model.questionnaire import Layer, LayerInShort, Role
from mlready.report import own_words
from mlready.report.own_words import PrintedLines
from mlready.report.person_wanted import (
    person,
    post_name,
    role_name,
    skills_wanted,
)
from mlready.report.phrases import Hires, Promise, TopVacancy, phrases
from mlready.report.sponsor_page_lines import (
    background,
    called,
    free,
    low_claim,
    low_short,
    printable_line,
    printable_line_on,
    ranked,
)
from mlready.report.sponsor_page_parts import FreePeople, NoModeller, PromisedPost

BORROW = "Borrow"  # the kind of an alternative to a hire
LEAST_TIME = 0.1  # half a day a week; the page leaves out people with less time
LEAST_MODELLERS = 0.5  # the fewest modellers to mention on the page
# Only plain words: most lines on who does the work name a post without asking for it.
_NO_HIRE = (
    r"\b(?:no (?:new )?(?:hires?|posts?|hiring)|(?:hire|recruit) (?:nobody|no one)"
    r"|(?:not|without) (?:hire|hiring))\b"
)
_HIRE = (
    r"(?:^|[.;:] +)(?:(?:we|you) (?:will |shall )?)?"
    r"(?:hire|recruit|turn [^.;:]*\bpost\b[^.;:]* into) "
)


def hiring(
    result: Assessment, layer: Layer | None, printed: PrintedLines
) -> dict[str, Any]:
    """Return the parts of the page that say whom to hire, and whom not."""
    inputs, vacancies = result.inputs, result.staffing.vacancies
    short = layer and inputs.layer_in_short(layer)
    now = _now(result)
    later = next((v for v in vacancies if v.horizon is Horizon.NEXT), None)
    skills, name = skills_wanted(result, now), post_name(result, now)
    return {
        "hires": _hires(result, now),
        "no_modeller": _no_modeller(result, short),
        "promised_post": _promised_post(result),
        "vacancy": now,
        "post_name": name,
        "role_name": role_name(now, name),
        "skills": skills,
        "person": "" if skills else person(now),
        "first_work": _first_work(result, now, printed),
        "modellers": _modellers(result),
        "next": later,
        "next_reason": _reason(result, later),
        "borrow": _borrow(result),
        "free": [_free_people(*each) for each in free(inputs) if each[1] >= LEAST_TIME],
        "called": _called(inputs),
        "has_post": has_opening(inputs),
    }


def _hires(result: Assessment, now: Vacancy | None) -> str:
    """Return the key of the sentence about hiring.

    The key is "now" if ``now`` is a vacancy to fill now. If ``now`` is None, the key
    says why nobody is hired, such as "no_post" (see ``Hires``). If ``Hires`` has no
    reason, the key is "no_ml".
    """
    return "now" if now else phrases(result).hires or "no_ml"


def _no_modeller(result: Assessment, layer: LayerInShort | None) -> NoModeller:
    in_layer = layer is not None and bool(layer.no_modeller)
    trained = is_trained(result.inputs.facts)
    no_hands = NoModeller.NO_HANDS if trained else NoModeller.READY_MADE
    if _hires(result, None) == Hires.NOBODY_NEEDED:
        return NoModeller.NONE
    return {
        TopVacancy.OPEN: NoModeller.NONE,
        TopVacancy.AFTER_LAYERS: NoModeller.LAYER if in_layer else NoModeller.FIRST,
        TopVacancy.AFTER_QUESTIONS: NoModeller.POINTS,
        TopVacancy.CLAIMED: NoModeller.NONE,
        TopVacancy.SIMPLE_WAY: NoModeller.NONE,
        TopVacancy.NO_HANDS: no_hands,
        TopVacancy.READY_MADE: NoModeller.READY_MADE,
    }[phrases(result).top_vacancy]


def _promised_post(result: Assessment) -> PromisedPost:
    promise = phrases(result).promise
    if promise in {Promise.NOT_YET, Promise.NO_WORK} and result.staffing.first_hire:
        return PromisedPost.CHANGE
    if promise is Promise.NOT_YET:
        return PromisedPost.HOLD
    return PromisedPost(promise)


def planned_post(result: Assessment) -> Role | None:
    """Return the role that should get the post promised to a modeller, or None.

    The result is None if no other role should get the post. The result is also None if
    the team wrote neither a step of its own nor the background line ``lend``.
    """
    has_plan = has_own_steps(plan(result)) or background(result.inputs, "lend")
    change = _promised_post(result) is PromisedPost.CHANGE
    return result.staffing.first_hire if change and has_plan else None


def denied_hire(result: Assessment, line: str) -> Role | None:
    """Return whom the page asks to hire now, if a line says in plain words: nobody."""
    now = _now(result)
    return now.position.role if now and _denies_hire(line) else None


def asks_for_other_hire(result: Assessment, line: str) -> bool:
    """Return whether a line asks in plain words for a hire that the page does not."""
    reason = None if _now(result) else phrases(result).hires
    if not reason or reason is Hires.CLAIMED or _denies_hire(line):
        return False
    return bool(re.search(_HIRE, line.strip(), re.IGNORECASE))


def _denies_hire(line: str) -> bool:
    return bool(re.search(_NO_HIRE, line, re.IGNORECASE))


def _now(result: Assessment) -> Vacancy | None:
    """Return the vacancy to fill now."""
    vacancies = result.staffing.vacancies
    return next((each for each in vacancies if each.horizon is Horizon.NOW), None)


def post(inputs: AssessmentInput, printed: PrintedLines) -> str:
    """Return the line of a low answer to a question about a promised post, or "".

    The result is "" if no such answer is low, if the low answer has no line, or if the
    line repeats a line in ``printed``.
    """
    for question in inputs.questions:
        if EngineFact.PROMISED in question.when and low_short(inputs, question):
            return printed.if_new(printable_line_on(inputs, question))
    return ""


def _first_work(result: Assessment, now: Vacancy | None, printed: PrintedLines) -> str:
    """Return a line on the new person's first work that is not printed yet, or ""."""
    if not now:
        return ""
    gaps = [gap for gap in now.because if isinstance(gap, Gap)]
    for gap in ranked(result, gaps):
        clear = own_words.worth(gap.answer) > 1
        if clear and (
            line := printed.if_new(printable_line(result.inputs, gap.answer))
        ):
            return line
    return ""


def _reason(result: Assessment, vacancy: Vacancy | None) -> str:
    low = [gap for gap in (vacancy.because if vacancy else ()) if isinstance(gap, Gap)]
    return low_claim(result.inputs, low[0].question) if low else ""


def _modellers(result: Assessment) -> int:
    """Return the number of available modellers, rounded up; 0 if below one half."""
    top = result.staffing.top_position
    number = result.inputs.sheet.available.get(top.role.id, 0.0) if top else 0.0
    return ceil(number) if number >= LEAST_MODELLERS else 0


def _free_people(role: Role, number: float) -> FreePeople:
    return FreePeople(role, f"{number:g}", number > 1)


def _borrow(result: Assessment) -> str:
    """Return a text on whom to borrow for the first vacancy, "" for nobody."""
    roles = [vacancy.position.role for vacancy in result.staffing.vacancies[:1]]
    found = [
        other.what
        for role in roles
        for other in role.alternatives
        if other.kind == BORROW
    ]
    return found[0] if found else ""


def _called(inputs: AssessmentInput) -> dict[str, str]:
    roles = inputs.questionnaire.roles.items()
    return {id_: name for id_, role in roles if (name := called(inputs, role))}
