"""Describe the person to hire by the work that the answers require."""

from mlready.assessment.assess import Assessment
from mlready.assessment.staffing import Vacancy
from mlready.report.sponsor_page_lines import low_short, ranked

SKILLS = 2  # the most skills that describe a person


def post_name(result: Assessment, vacancy: Vacancy | None) -> str:
    """Return the post's own name, such as "statistician", "" if there is none."""
    if not vacancy or vacancy.position.also:
        return ""
    short = result.inputs.layer_in_short(vacancy.position.layers[0])
    return short.post.get(vacancy.position.role.id, "")


def role_name(vacancy: Vacancy | None, name: str) -> str:
    """Return the name of the role to hire, to print beside the post's ``name``.

    The result is "" if the two names share a word.
    """
    role = vacancy.position.role.name if vacancy and name else ""
    return "" if {*role.split()} & {*name.split()} else role


def skills_wanted(result: Assessment, vacancy: Vacancy | None) -> list[str]:
    """Return two skills that the person to hire needs.

    The list is empty if the answers show fewer: one skill does not describe a person.
    """
    if not vacancy:
        return []
    sections = {
        section for each in vacancy.position.layers for section in each.sections
    }
    role = vacancy.position.role.id
    skills = {
        gap.question.id: short.skill
        for gap in result.diagnosis.gaps
        if gap.question.section in sections or role in gap.question.roles[:1]
        if (short := low_short(result.inputs, gap.question)) and short.skill
    }
    if len({*skills.values()}) < SKILLS:
        return []
    gaps = [gap for gap in result.diagnosis.gaps if gap.question.id in skills]
    found = dict.fromkeys(skills[gap.question.id] for gap in ranked(result, gaps))
    return [*found][:SKILLS]


def person(vacancy: Vacancy | None) -> str:
    """Return a description of the person to look for, in a sentence or two."""
    if not vacancy:
        return ""
    role = vacancy.position.role
    for layer in vacancy.position.layers:
        if role.id in layer.person:
            return layer.person[role.id]
    return " ".join(role.traits[:2]) or role.does
