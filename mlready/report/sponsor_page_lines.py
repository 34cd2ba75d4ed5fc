"""What a page for a sponsor can say about an answer: our words, and the team's."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap
from mlready.model.answers import Answer, AssessmentInput, is_bare_word
from mlready.model.questionnaire import InShort, Layer, Question, Role
from mlready.report import own_words
from mlready.report.own_words import PrintedLines

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
ISO_PARTS = [4, 2, 2]  # the lengths of the parts of YYYY-MM-DD
SMALL_SHARE, LARGE_NUMBER = 0.1, 100  # such shares are also given in percent
# "You" as the subject of a clause: not "the cards that tell you".
_YOU = r"(?:^|[.;:!?,]\s+|\b(?:then|and|so|first|weeks?|months?|\d)\s+)you\b"
_MORE_PEOPLE = r"(?:and|or|with|together)\b|&"
# Not compiled here, because a report for the team imports this module without using it.
_SHARE = (
    r"(?<![\w.,%€$£])(\d{1,3}(?:,\d{3})+|\d+) of (?:about |some |the |all )?"
    r"(\d{1,3}(?:,\d{3})+|\d+)(?![\d.,]*%|\d)"
)


class Point(NamedTuple):
    """A sentence such as a reason, and a line that the team typed as proof."""

    claim: str  # the sentence
    fact: str = ""  # the line
    label: str = ""  # a few words to print instead of the sentence
    so: str = ""  # what follows from the sentence
    share: int = 0  # the percentage that follows from ``fact``, 0 if there is none


def background(inputs: AssessmentInput, id_: str) -> str:
    """Return the text of a background line; a text of more than 45 words is cut.

    The result is "" if the line was not typed, is a word such as "yes", or is redacted.
    """
    return own_words.background_line(_typed(inputs, id_))


def _typed(inputs: AssessmentInput, id_: str) -> str:
    text = "" if inputs.sheet.redacted else inputs.sheet.background.get(id_, "")
    return "" if is_bare_word(text) else text


def topic(inputs: AssessmentInput, id_: str) -> str:
    """Return the topic of a background line, "" if the questionnaire has none."""
    topics = {each.id: each.topic for each in inputs.questionnaire.background}
    return topics.get(id_, "")


def uncut_background(inputs: AssessmentInput, id_: str) -> str:
    """Return the text of a background line; a long text is not cut.

    The result is "" if the text has no letters or digits, is a word such as "yes", or
    is redacted.
    """
    text = _typed(inputs, id_)
    return own_words.whole(text) if any(map(str.isalnum, text)) else ""


def reader_of(inputs: AssessmentInput) -> str:
    """Return the reader of the page, as text that can follow "for"."""
    line = background(inputs, "reader").rstrip(".")
    return f"the {line[4:]}" if line.startswith("The ") else line


def is_reader(text: str, reader: str) -> bool:
    """Return whether a text is only the reader's name or role."""
    return text.strip(" .").casefold() in _names(reader)


def names_reader_first(text: str, reader: str) -> bool:
    """Return whether a sentence begins with the reader alone, by name or by role.

    With the reader "Ines, COO", this is true of "Ines must sign", but not of "Ines and
    Omar must sign".
    """
    begun = text.strip().casefold()
    for name in _names(reader):
        rest = begun.removeprefix(name)
        word = rest.lstrip(" ,")
        if rest not in {begun, word} and not re.match(_MORE_PEOPLE, word):
            return True
    return False


def names_reader(text: str, reader: str) -> bool:
    """Return whether a sentence names the reader, by name, by role or as "you"."""
    whole = _names(reader)
    short = {name.partition(" of ")[0] for name in whole} - {"the", "head", "the head"}
    return any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.casefold())
        for name in whole | short
    ) or bool(re.search(_YOU, text.casefold()))


def _names(reader: str) -> set[str]:
    """Return the names of a reader in small letters.

    A reader such as "Ruth, head of care" has six names: the whole text, "ruth", "head
    of care", and each of the three with "the" before it.
    """
    known = reader.removeprefix("the ").casefold()
    named = {part.strip(" .") for part in (known, *known.split(","))} - {""}
    return named | {f"the {part}" for part in named}


def printable_line(inputs: AssessmentInput, answer: Answer) -> str:
    """Return the note of an answer as a line to print, or else the evidence.

    The result is "" if note and evidence say too little, or if the answers are
    redacted.
    """
    return "" if inputs.sheet.redacted else own_words.line_of(answer)


def printable_line_on(inputs: AssessmentInput, question: Question) -> str:
    """Return the note on a question as a line to print, or else the evidence.

    The result is "" if note and evidence say too little, or if the answers are
    redacted.
    """
    return printable_line(inputs, inputs.sheet.answer(question.id))


def low_short(inputs: AssessmentInput, question: Question) -> InShort | None:
    """Return the short wording of a question if the answer is too low, or None."""
    level = inputs.sheet.answer(question.id).level
    low = level is not None and level < inputs.questionnaire.constants.holds
    return inputs.in_short(question) if low else None


def low_shorts(inputs: AssessmentInput) -> Iterator[tuple[Question, InShort]]:
    """Yield the questions whose answers are too low, each with its short wording."""
    for question in inputs.questions:
        if short := low_short(inputs, question):
            yield question, short


def kind_of(inputs: AssessmentInput, question: Question) -> str:
    """Return the kind of work of a question, "" if the answer is not low.

    The kind is ``InShort.kind``, such as "record".
    """
    short = low_short(inputs, question)
    return short.kind if short else ""


def low_claim(inputs: AssessmentInput, question: Question) -> str:
    """Return what a low answer to a question means, in one sentence."""
    short = low_short(inputs, question)
    level = inputs.sheet.answer(question.id).level
    if short:
        return short.low
    return "" if level is None else f"{question.topic}: {question.levels[level]}"


def low_point(
    inputs: AssessmentInput, question: Question, printed: PrintedLines
) -> Point:
    """Return what a low answer to ``question`` means, as a point for the page.

    The point has the note or evidence of the answer, unless that repeats a line in
    ``printed``.
    """
    short, line = low_short(inputs, question), printable_line_on(inputs, question)
    line = printed.if_new(line)
    so = short.so if short else ""
    return Point(low_claim(inputs, question), line, so=so, share=share(line))


def low_answers(result: Assessment) -> list[Gap]:
    """Return all gaps, and the low answers to questions on layers as a whole."""
    inputs = result.inputs
    wholes = [
        Gap(question, answer.level, answer, "")
        for question in inputs.questions
        for answer in [inputs.sheet.answer(question.id)]
        if question.overall and answer.level is not None
        and answer.level < inputs.questionnaire.constants.holds
    ]  # fmt: skip
    known = {gap.question.id for gap in result.diagnosis.gaps}
    return [
        *result.diagnosis.gaps,
        *(gap for gap in wholes if gap.question.id not in known),
    ]


def has_blocker_or_loss(result: Assessment, layer: Layer) -> bool:
    """Return whether a low answer in a layer stops the project or shows a loss.

    A loss is what is lost for good, such as data that nobody records.
    """
    blocking = {gap.question.id for gap in result.diagnosis.blockers}
    questions = result.inputs.within(layer.sections)
    return any(
        question.id in blocking or (short and short.lost)
        for question in questions
        for short in [low_short(result.inputs, question)]
    )


def is_disproved(inputs: AssessmentInput, layer: Layer) -> bool:
    """Return whether a low answer disproves that a layer is good enough.

    The low answer may be to a question of another layer, but that question must have
    the same kind of work as a question of this layer. The kind is ``InShort.kind``,
    such as "record".
    """
    shorts = map(inputs.in_short, inputs.within(layer.sections))
    kinds = {short.kind for short in shorts if short} - {""}
    return any(kind_of(inputs, each) in kinds for each in inputs.questions)


def ranked(result: Assessment, gaps: Iterable[Gap]) -> list[Gap]:
    """Sort gaps by ``weight``, the largest weight first."""
    return sorted(gaps, key=lambda gap: weight(result, gap), reverse=True)


def weight(result: Assessment, gap: Gap) -> float:
    """Return how good a reason for the verdict a gap is, from about -2 to 5 (best)."""
    blocking = {each.question.id for each in result.diagnosis.blockers}
    blocks = 0.5 * (gap.question.id in blocking)
    near = nearness(result, gap.question) + 0.3 * gap.question.overall
    shown = 0.0 if result.inputs.sheet.redacted else own_words.worth(gap.answer)
    return shown - 0.5 * gap.level + blocks + near


def nearness(result: Assessment, question: Question) -> float:
    """Return 0.8 for a question of the layer to fix first.

    Returns 0.3 for a question of another layer that is not good enough, and -0.6 for
    all other questions.
    """
    layer = result.inputs.questionnaire.layer_of(question.section)
    if layer and layer == result.diagnosis.priority_layer:
        return 0.8
    return 0.3 if layer in result.diagnosis.failing_layers else -0.6


def share(text: str) -> int:
    """Return the percentage that a line such as "6 of 200" states (here 3), or 0.

    A share of 10 % or more, or of a number below 100, gives 0.
    """
    for part, whole in re.findall(_SHARE, text):
        few, many = (int(each.replace(",", "")) for each in (part, whole))
        if many >= LARGE_NUMBER and 0 < few < SMALL_SHARE * many:
            return round(100 * few / many)
    return 0


def free(inputs: AssessmentInput) -> Iterator[tuple[Role, float]]:
    """Yield each role that has available people, with the number of people."""
    for id_, role in inputs.questionnaire.roles.items():
        if role.available and (number := inputs.sheet.available.get(id_)):
            yield role, number


def called(inputs: AssessmentInput, role: Role) -> str:
    """Return what the team calls somebody of a role, such as "developer", or "".

    The result is the name in ``role.called`` that the team's texts contain most often.
    """
    sheet = inputs.sheet
    if sheet.redacted:
        return ""
    notes = [f"{each.note} {each.evidence}" for each in sheet.answers.values()]
    text = " ".join([*notes, *sheet.background.values()]).casefold()
    number = {name: text.count(name.casefold()) for name in role.called}
    most = max(number, key=lambda name: number[name], default="")
    return most if number.get(most) else ""


def in_words(date: str) -> str:
    """Return a date in words: "5 March 2026" for "2026-03-05"; keep any other text."""
    parts = date.split("-")
    is_date = [len(each) for each in parts] == ISO_PARTS
    if not is_date or not date.replace("-", "").isdigit():
        return date
    year, month, day = map(int, parts)
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= len(MONTHS) else date
