"""Render assessments and questionnaires as Markdown, YAML and plain text."""

from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from mlready.assessment.advice import Advice
from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import (
    Verdict,
    judged_layers,
    named_decides,
    thresholds_for,
)
from mlready.assessment.next_questions import Outcome
from mlready.assessment.plan import is_legal
from mlready.assessment.staffing import Headline
from mlready.escaping import (
    for_markdown,
    for_markdown_without_tables,
    for_terminal_line,
)
from mlready.model.questionnaire import Layer, Question, Questionnaire, Role
from mlready.report.options import Diagrams, MinimumVerdict, Reader
from mlready.report.phrases import Hires, Sentence, phrases
from mlready.report.report_variables import report_variables
from mlready.report.team_report import LayerState, layer_state
from mlready.report.template_context import Mark, context
from mlready.report.templating import render

if TYPE_CHECKING:
    from mlready.assessment.timeline import Timeline

# Most open answers to name in words between questions, and on the last screen.
MOST_IN_WORDS, MOST_NAMED_LAST = 3, 5
MOST_TOPICS = 2  # of answers that changed the advice, to name in one line
# Why nobody is hired, if a list stands above or below the reason.
MORE_THAN_A_LINE = {Hires.NO_POST, Hires.CLAIMED}
# The sentences of the advice that name what must be settled before the start.
NAMES_BLOCKERS = {Sentence.SETTLE_FIRST, Sentence.CLAIMED_SETTLE}
# The sentences of the advice that name the layer to fix first.
NAMES_LAYER = {Sentence.DO_NOT_START, Sentence.NOT_LIVE}


def markdown(  # noqa: PLR0913 - each argument is an option of the command
    result: Assessment,
    date: str = "",
    reader: Reader = Reader.TEAM,
    *,
    explain: bool = False,
    diagrams: Diagrams = Diagrams.TEXT,
    since: "Timeline | None" = None,
) -> str:
    """Return a report as Markdown; equal arguments always give the same text.

    If ``explain`` is true, the report says how the answers lead to the advice.
    ``diagrams`` says how to draw the pyramid. ``since`` is a comparison with earlier
    answers to include, or None.
    """
    plain = reader is Reader.SPONSOR and not since  # it has no tables
    return render(
        f"{reader}.md.j2",
        for_markdown_without_tables if plain else for_markdown,
        **report_variables(result, date, reader, explain=explain, since=since),
        mermaid=diagrams is Diagrams.MERMAID,
    )


def below_threshold(result: Assessment, bar: MinimumVerdict) -> str:
    """Return a line with the verdict and ``bar``, "" if the verdict reaches ``bar``.

    A "ready" does not reach a ``bar`` of "ready" while points must be settled first, or
    if no second voice has confirmed it. A draft alone reaches no ``bar``.
    """
    order = list(Verdict)
    reached = order.index(result.diagnosis.verdict) >= order.index(Verdict(bar))
    reached = reached and not result.inputs.sheet.only_drafts
    fully = result.confirmation.verdict and not result.staffing.nearly_ready
    if reached and (fully or bar is not MinimumVerdict.READY):
        return ""
    said = context(result)
    return render("verdict.txt.j2", for_terminal_line, bar=bar, **said).strip()


class Undecided(NamedTuple):
    """What ``picture`` and ``summary`` say about open questions.

    Only open questions that could change the advice are mentioned.
    """

    number: int  # of all these questions
    named: Sequence[Question]  # the questions that the text lists
    others: int  # number of questions that the text does not list
    not_asked: int  # number of further questions that were not asked yet
    rivals: Sequence[Layer] = ()  # layers that could be the first to fix
    none: bool = False  # whether it is possible that no layer must be fixed
    # Whether the verdict is undecided, but not the layer to fix first.
    start: bool = False
    named_so_far: bool = False  # whether the advice names the layer to fix first so far
    instead: Sequence[Layer] = ()  # of the rivals, all but the layer named so far
    chosen: Layer | None = None  # the rival that is one because the team named it
    lower: Sequence[Layer] = ()  # not rivals, but with lower scores than ``chosen``
    # Whether a listed question could change only another part of the advice.
    mixed: bool = False

    @property
    def ways(self) -> int:
        """How many layers could be the first to fix; "no layer" counts as one."""
        return len(self.rivals) + self.none

    def is_chosen(self, layer: Layer) -> bool:
        """Return whether a layer is a rival only because the team named it."""
        return layer is self.chosen


def summary(  # noqa: PLR0913 - each argument is a part of the text
    result: Assessment,
    *,
    ask: str = "",
    page: str = "",
    took: str = "",
    not_asked: int = 0,
    between: Sequence[Outcome] = (),
    in_words: bool = False,
    **variables: str | bool,
) -> str:
    """Return the text to show after an interview: pyramid, verdict and next commands.

    Args:
        result: the assessment of the answers.
        ask: the ``mlready ask`` command without a role, "" to show no such command.
        page: the command for the sponsor's page, "" to show no such command.
        took: how long the interview took, "" if that is not known.
        not_asked: number of questions not asked yet that could change the advice.
        between: each verdict and layer to fix first that is still possible.
        in_words: whether to give the scores in words instead of drawing them.
        variables: further template variables, such as the name of the answers file.

    """
    role = result.confirmation.role_to_ask(result.inputs.questionnaire.roles)
    return render(
        "summary.txt.j2",
        for_terminal_line,
        **_with_undecided(result, not_asked, between, MOST_NAMED_LAST),
        **variables,
        page=page,
        took=took,
        to_test=0,
        in_words=in_words,
        ask=f"{ask} {role}" if ask and role else "",
    )


def picture(  # noqa: PLR0913 - each argument is a part of the text
    result: Assessment,
    *,
    not_asked: int = 0,
    to_test: int = 0,
    change: str = "",
    between: Sequence[Outcome] = (),
    in_words: bool = False,
) -> str:
    """Return the text to show between questions: pyramid, advice, and its certainty.

    With ``in_words``, the text names at most four open answers that could change the
    advice. Otherwise the text names them all, and may be too long for the terminal.

    Args:
        result: the assessment of the answers so far.
        not_asked: number of questions not asked yet that could change the advice.
        to_test: number of questions to come that check answers or add next steps.
        change: how many of both are new, such as "4 new"; "" for none.
        between: each verdict and layer to fix first that is still possible.
        in_words: whether to give the scores in words instead of drawing them.

    """
    most = MOST_IN_WORDS if in_words else len(result.certainty.deciding)
    variables = _with_undecided(result, not_asked, between, most)
    return render(
        "picture.txt.j2",
        for_terminal_line,
        **variables,
        to_test=to_test,
        number_change=change,
        in_words=in_words,
    )


def _needs_permission(result: Assessment) -> bool:
    """Return whether an answer says that the data may not be used yet."""
    low = (gap.question for gap in result.diagnosis.blockers)
    return result.staffing.headline is not Headline.NO_ML and any(map(is_legal, low))


def advice_line(result: Assessment, between: Sequence[Outcome] = ()) -> str:
    """Return verdict, first hire and layer to fix first as one line.

    ``between`` has each verdict and layer to fix first that is still possible.
    """
    variables = {**_with_undecided(result, 0, between, 0), "in_words": False}
    return render("_advice.txt.j2", for_terminal_line, **variables).strip()


def hiring_line(result: Assessment) -> str:
    """Return whom the advice asks to hire, as one line; "" if that needs more."""
    hires = phrases(result).hires
    if hires in MORE_THAN_A_LINE or not (hires or result.staffing.first_hire):
        return ""
    return render("_hiring.txt.j2", for_terminal_line, **context(result)).strip()


class AdviceChange(NamedTuple):
    """A change in one part of the advice, such as another layer to fix first."""

    part: str  # the field of ``Advice``
    before: str  # the verdict, or a name or topic; "" for none or no ML
    now: str  # likewise
    to_ask: bool = False  # whether it was and is the layer to ask about first
    was_known: bool = True  # False for a layer that was only to be asked about
    # the other roles of the person to hire first, before and now
    also: tuple[str, ...] = ()
    also_now: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether this part of the advice is another one now."""
        return (self.before, self.also) != (self.now, self.also_now)

    @property
    def drops_hire(self) -> bool:
        """Whether this change leaves the advice without a first hire."""
        return self.part == "first_hire" and not self.now


def asks_about_layer(result: Assessment) -> bool:
    """Return whether open answers decide if the layer to fix first is good enough.

    The picture then says to ask about this layer first.
    """
    first = result.diagnosis.priority_layer
    return any(
        score.layer == first and layer_state(result.diagnosis, score) is LayerState.OPEN
        for score in result.diagnosis.scores
    )


def advice_changes(  # noqa: PLR0913 - each argument is a part of the line
    result: Assessment,
    before: Advice | None,
    now: Advice | None,
    *,
    asked: bool = False,
    still_open: bool = False,
    also: tuple[tuple[Role, ...], tuple[Role, ...]] = ((), ()),
    topics: Sequence[str] = (),
    brief: bool = False,
) -> str:
    """Return one line that names what changed from one advice to the next, and why.

    The line is "" if nothing changed that the advice shown last had settled. An advice
    is None if no machine learning is needed.

    Args:
        result: the assessment of the answers now.
        before: the advice shown last.
        now: the advice to show now.
        asked: whether ``asks_about_layer`` was true of the advice shown last.
        still_open: whether the layer to fix first is as undecided as before.
        also: the further roles of the person to hire first, before and now.
        topics: the topics of the answers that changed the advice.
        brief: whether to leave out these topics, and why nobody is to be hired.

    """
    parts = _compared(before, now, also)
    changes = (each for each in parts if each.is_change)
    changed = [_of_asked_layer(result, each) if asked else each for each in changes]
    if still_open:
        changed = [each for each in changed if each.was_known]
    if not changed:
        return ""
    few = topics if len(topics) <= MOST_TOPICS and not brief else ()
    why = {"topics": topics, "named": few, "brief": brief}
    variables = {**context(result), **why, "changed": changed}
    return render("changed.txt.j2", for_terminal_line, **variables).strip()


def _compared(
    before: Advice | None,
    now: Advice | None,
    also: tuple[tuple[Role, ...], tuple[Role, ...]],
) -> list[AdviceChange]:
    """Return each part of the advice, before and now, whether or not it changed."""
    # Without an advice there is only a verdict, "", to compare.
    both = zip(Advice._fields, _named(before), _named(now), strict=False)
    old, new = (tuple(role.name for role in roles) for roles in also)
    return [
        each._replace(also=old, also_now=new) if each.part == "first_hire" else each
        for each in starmap(AdviceChange, both)
    ]


def _of_asked_layer(result: Assessment, change: AdviceChange) -> AdviceChange:
    """Return a change of the layer to fix first, if that layer was not settled before.

    The former picture only said which layer to ask about. If the new picture does so,
    too, this is a change of the layer to ask about; else no former layer is named. A
    change of another part of the advice is returned as it is.
    """
    if change.part != "priority_layer":
        return change
    still = asks_about_layer(result)
    return change._replace(to_ask=still, was_known=still)


def _named(advice: Advice | None) -> Iterator[str]:
    """Yield each part of the advice by name; "" for none."""
    if not advice:
        yield ""
        return
    yield advice.verdict
    first = (advice.priority_layer, advice.first_hire)
    yield from (each.name if each else "" for each in first)
    yield "; ".join(each.topic for each in advice.to_settle)


def _with_undecided(
    result: Assessment, not_asked: int, between: Sequence[Outcome], most: int
) -> dict[str, Any]:
    """Return the template variables that ``picture`` and ``summary`` share.

    The variable ``undecided`` says which open questions could change the advice, and
    ``needs_permission`` whether to add that the data may not be used yet.
    At most ``most`` of these questions are named. If only one would then be missing,
    all are named. ``not_asked`` is the number of questions not asked yet that could
    change the advice. ``between`` has each verdict and layer to fix first that is still
    possible.
    """
    variables = context(result)
    undecided = _undecided(result, not_asked, between, most)
    if undecided.ways > 1 and variables["marks"].first is Mark.MEND:
        variables["marks"] = variables["marks"]._replace(first=Mark.PERHAPS)
        for name in ("pyramid", "pyramid_from_below"):
            variables[name] = [
                row._replace(mark=Mark.PERHAPS) if row.mark else row
                for row in variables[name]
            ]
    first = result.diagnosis.priority_layer
    chosen = _chosen(result, undecided.rivals)
    undecided = undecided._replace(
        named_so_far=undecided.ways > 1
        and variables["marks"].first is Mark.PERHAPS
        and variables["phrase"].sentence in NAMES_LAYER,
        instead=[each for each in undecided.rivals if each is not first],
        chosen=chosen,
        lower=_lower(result, chosen, undecided.rivals),
    )
    is_named = variables["phrase"].sentence in NAMES_BLOCKERS
    needs_permission = _needs_permission(result) and not is_named
    return {
        **variables,
        "undecided": undecided,
        "needs_permission": needs_permission,
    }


def _chosen(result: Assessment, rivals: Sequence[Layer]) -> Layer | None:
    """Return the rival of the first layer that stands for others as low as itself.

    The team named it as what would stop the project, and it comes before these others.
    """
    diagnosis = result.diagnosis
    first, thresholds = diagnosis.priority_layer, thresholds_for(result.inputs)
    named = [each for each in rivals if each.id == thresholds.team_blocker]
    judged = judged_layers(diagnosis.scores)
    if not named or named[0] is first or not named_decides(judged, thresholds, first):
        return None
    return named[0]


def _lower(
    result: Assessment, chosen: Layer | None, rivals: Sequence[Layer]
) -> list[Layer]:
    """Return the layers that are no rivals, but have lower scores than ``chosen``."""
    judged = judged_layers(result.diagnosis.scores)
    low = next((each.own.low for each in judged if each.layer is chosen), 0)
    lower = (each.layer for each in judged if each.own.low < low)
    return [each for each in lower if each not in rivals]


def rests_on_open_answers(result: Assessment) -> bool:
    """Return whether open answers, which a picture names, could change the advice."""
    return _undecided(result, 0, (), 0).number > 0


def _undecided(
    result: Assessment, not_asked: int, between: Sequence[Outcome], most: int
) -> Undecided:
    if result.staffing.headline is Headline.NO_ML:  # no open answer changes that
        return Undecided(0, [], 0, 0)
    questions = [each.question for each in result.certainty.deciding]
    # "And 1 more" takes as much room as that one question.
    most += len(questions) == most + 1
    others = len(questions[most:])
    found = Undecided(len(questions), questions[:most], others, not_asked)
    if not (questions or not_asked):
        return found
    ids = {each.layer for each in between}
    layers = result.inputs.questionnaire.layers
    rivals = [each for each in layers if each.id in ids]
    if len(ids) > 1:
        within = {section for each in rivals for section in each.sections}
        mixed = any(each.section not in within for each in questions)
        return found._replace(rivals=rivals, none="" in ids, mixed=mixed)
    return found._replace(rivals=rivals, start=len(between) > 1)


def printed_questions(questionnaire: Questionnaire) -> str:
    """Return a questionnaire as a Markdown document, to print or to send."""
    return render("questions.md.j2", for_markdown, questionnaire=questionnaire)


def blank_answers(questionnaire: Questionnaire, *, express: bool) -> str:
    """Return the text of an answers file to fill in, with the questions as comments.

    If ``express`` is true, the file has only the questions of the core.
    """
    return render(
        "blank.yaml.j2", for_terminal_line, questionnaire=questionnaire, express=express
    )
