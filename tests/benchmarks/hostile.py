"""Check that a report shows notes full of markup as plain text.

    python tests/benchmarks/hostile.py [number of notes, 20000 by default]

In a hostile report, each text of the team is a random note full of Markdown and HTML. A
plain report has a harmless word in place of each note. Both reports must give the same
page once the words are replaced by the notes. Two parsers make the pages: cmark-gfm,
which GitHub uses, and markdown-it. Exits with 1 at the first difference.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from itertools import islice

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

from mlready.assessment.assess import assess
from mlready.assessment.scoring import HIGHEST
from mlready.escaping import for_terminal
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    PlanStep,
    Voice,
    empty_sheet,
    questions_for,
)
from mlready.model.questionnaire import Questionnaire
from mlready.report.markdown import markdown
from mlready.storage.questionnaire_file import load_bundled

SEED = 20261124
TEXTS = 5  # texts per answer: reason, note, evidence, name and date
VOICES, VOICE_TEXTS = 2, 5  # each has a name, a role, people present, author and note
STEPS, STEP_TEXTS = ("own1", "own2"), 2  # steps of the plan: what to do, and who
SET_ASIDE = 7  # every seventh question gets the answer "does not apply"
# Characters and constructs that have a meaning in Markdown or HTML.
SIGNS = "\\`*_[]|~$#!^&<>()\"'=+-.:/@{}%;0a \n\r\t"
SPACES = "\xa0\u1680\u2003\u202f\u205f\u3000"
CONSTRUCTS = (
    "**", "~~", "```", "~~~\n", "``", "![a](b)", "[a](b)", "[a]: b", "[^1]", "<b>",
    "</b>", "<!--", "-->", "<br>", "&amp;", "&#35;", "&copy;", "https://a.bc", "a@b.cd",
    "| y |", "\n| --- |\n", "\n# a", "\n---\n", "\n===\n", "\n> a", "\n- a", "\n1. a",
    "\n\n    a", "</td></tr></table>", "<script>alert(1)</script>", "<img src=a>",
    "<https://a.bc>", "<a@b.cd>", "www.a.com", "train.py", "xn--a.\u0440\u0444",
    "//localhost", "ftp://a.bc", "mailto:a@b.cd", "xmpp:a@b.cd/e", "javascript:a()",
    "[x] ", "- [ ] a", "\\\n", "  \n", "<!-- mlready:end -->", "{{ 7 * 7 }}", "{%raw%}",
    "<?php", "<![CDATA[", "<!DOCTYPE", "\U0001f469\u200d\U0001f4bb", "e\u0301",
    "\u202egnp", "\x1b[31m", "\x00", "\x0c", "\x85", "\u2028", "\ufeff", "\ufffe",
)  # fmt: skip
# Put before and after each tag in a comparison string; escaped text cannot contain it.
EDGE = "\x01"
_BLOCKS = r"(?:h[1-6]|p|li|ul|ol|pre|code|table|t[hdr]|thead|tbody|hr|blockquote)"
_EDGES = re.compile(rf" *({EDGE}</?{_BLOCKS}\b[^{EDGE}]*{EDGE}) *")
_WORD = re.compile("plain([0-9]+)word")


class _Tree(HTMLParser):
    """An HTML parser that collects the tags and texts of a page in ``parts``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = "".join(f" {name}={value}" for name, value in attrs)
        self.parts.append(f"{EDGE}<{tag}{attributes}>{EDGE}")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"{EDGE}</{tag}>{EDGE}")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        if data != " ":  # mlready's escaping inserts <!-- --> to break up references
            self.parts.append(f"{EDGE}<!--{data}>{EDGE}")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"{EDGE}<!{decl}>{EDGE}")

    def handle_pi(self, data: str) -> None:
        self.parts.append(f"{EDGE}<?{data}>{EDGE}")

    def unknown_decl(self, data: str) -> None:
        self.parts.append(f"{EDGE}<![{data}>{EDGE}")


def tree(page: str) -> str:
    """Return the tags and texts of an HTML page as one string, to compare pages."""
    parts = _Tree()
    parts.feed(page)
    parts.close()
    return trimmed("".join(parts.parts))


def trimmed(page: str) -> str:
    """Remove spaces at the ends of blocks, which no parser keeps."""
    return _EDGES.sub(r"\1", page)


def by_cmark(document: str) -> str:
    """Convert Markdown to HTML with cmark-gfm, and keep raw HTML."""
    page = cmarkgfm.cmark.markdown_to_html_with_extensions(
        document,
        options=Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES,
        extensions=["table", "autolink", "strikethrough", "tasklist"],
    )
    return str(page)


@cache
def _markdown_it() -> MarkdownIt:
    return MarkdownIt("gfm-like")


def by_markdown_it(document: str) -> str:
    """Convert Markdown to HTML with markdown-it, and keep raw HTML."""
    return str(_markdown_it().render(document))


PARSERS: dict[str, Callable[[str], str]] = {
    "cmark-gfm": by_cmark,
    "markdown-it": by_markdown_it,
}


def notes(rng: random.Random) -> Iterator[str]:
    """Yield random notes full of markup, without end."""
    while True:
        parts = [_part(rng) for _ in range(rng.randint(1, 12))]
        # An answers file with a blank text is refused.
        if (note := "".join(parts)).strip():
            yield note


def _part(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(CONSTRUCTS)
    if kind < 0.7:
        return rng.choice(SIGNS)
    if kind < 0.75:
        return rng.choice(SPACES)
    if kind < 0.9:
        return rng.choice(("word", "two words", "a", " ", "1", "\xe9"))
    code = rng.randrange(0x110000 - 0x800)
    # Skips the surrogate code points.
    return chr(code if code < 0xD800 else code + 0x800)


def number_of_texts(questionnaire: Questionnaire) -> int:
    """Return how many texts the function ``report`` needs for one report.

    All texts of a team are counted, such as its name, its notes and its steps.
    """
    asked = questions_for(questionnaire, empty_sheet(questionnaire))
    lines = len(questionnaire.background) + len(STEPS) * STEP_TEXTS
    return 2 + lines + VOICES * VOICE_TEXTS + TEXTS * len(asked)


def report(questionnaire: Questionnaire, texts: Sequence[str]) -> str:
    """Return a Markdown report that shows ``texts`` as the texts of the team."""
    name, slice_, *rest = texts
    lines = rest[: len(questionnaire.background)]
    rest = rest[len(lines) :]
    steps, rest = rest[: len(STEPS) * STEP_TEXTS], rest[len(STEPS) * STEP_TEXTS :]
    voices, rest = rest[: VOICES * VOICE_TEXTS], rest[VOICES * VOICE_TEXTS :]
    asked = questions_for(questionnaire, empty_sheet(questionnaire))
    batches = batched(rest, TEXTS)
    answers = {
        question.id: _answer(number, texts)
        for number, (question, texts) in enumerate(zip(asked, batches, strict=True))
    }
    team = empty_sheet(questionnaire)._replace(
        name=name,
        slice=slice_,
        answers=answers,
        background={
            line.id: text
            for line, text in zip(questionnaire.background, lines, strict=True)
        },
        steps={
            # Whether a report adds a full stop depends on the end of a step.
            key: PlanStep(what.strip("\r\n") + "end.", owner)
            for key, (what, owner) in zip(
                STEPS, batched(steps, STEP_TEXTS), strict=True
            )
        },
        voices=tuple(
            _voice(questionnaire, asked[0].id, level, texts)
            for level, texts in zip(
                (0, HIGHEST), batched(voices, VOICE_TEXTS), strict=True
            )
        ),
    )
    return markdown(assess(questionnaire, team), explain=True)


def _voice(
    questionnaire: Questionnaire, question: str, level: int, texts: Sequence[str]
) -> AnswerSheet:
    name, role, present, drafted, note = texts
    # Some notes look like several names, which a report mentions, so all names are.
    # Line breaks at the ends of a name are not shown, but within one they are.
    name = "Ana, Bo " + name.strip("\r\n")
    return empty_sheet(questionnaire)._replace(
        voice=Voice(name, role, present, drafted=drafted),
        answers={question: Answer(level, note=note)},
    )


def batched(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def _answer(number: int, texts: Sequence[str]) -> Answer:
    reason, note, evidence, by, date = texts
    answer = Answer(note=note, evidence=evidence, by=by, date=date)
    if number % SET_ASIDE == 0:
        return answer._replace(na=reason)
    return answer._replace(level=number % HIGHEST, accepted=reason)


def as_shown_in_html(text: str) -> str:
    """Return a note as the HTML page must show it."""
    lines = re.split(r"\r\n|[\n\r]", text.strip("\r\n"))
    shown = (for_terminal(line.replace("\t", " ")) for line in lines)
    return f"{EDGE}<br>{EDGE}".join(shown)


def plain(questionnaire: Questionnaire) -> str:
    """Return a report with a word such as ``plain7word`` in place of each note."""
    words = [f"plain{number}word" for number in range(number_of_texts(questionnaire))]
    return report(questionnaire, words)


def expected(parser: str, plain_report: str, texts: Sequence[str]) -> str:
    """Return the HTML that a report with the notes ``texts`` must give.

    ``plain_report`` is this report in Markdown with a placeholder for each note:
    ``texts[7]`` replaces ``plain7word``. ``parser``, such as "cmark-gfm", names the
    parser in ``PARSERS`` that makes the HTML. ``EDGE`` stands before and after each tag
    of the result.
    """
    page = tree(PARSERS[parser](plain_report))
    return trimmed(filled(page, texts))


def filled(page: str, texts: Sequence[str]) -> str:
    """Return ``page`` with a note in place of each word such as ``plain7word``.

    The notes are ``texts``; ``texts[7]`` replaces ``plain7word``.
    """
    return _WORD.sub(lambda found: as_shown_in_html(texts[int(found[1])]), page)


def found(parser: str, questionnaire: Questionnaire, texts: Sequence[str]) -> str:
    """Return the tags and texts of a report with the notes ``texts`` as HTML.

    ``parser``, a key of ``PARSERS``, says what converts the report to HTML.
    """
    return tree(PARSERS[parser](report(questionnaire, texts)))


def difference(one: str, other: str) -> str:
    """Return the first difference of two pages, or "" if the pages are equal."""
    if one == other:
        return ""
    pairs = enumerate(zip(one, other, strict=False))
    shorter = min(len(one), len(other))
    start = next((place for place, (a, b) in pairs if a != b), shorter)
    around = slice(max(0, start - 60), start + 60)
    return f"expected {one[around]!r}\nfound    {other[around]!r}"


def campaign(parser: str, number: int, seed: int = SEED) -> Iterator[str]:
    """Yield a message for each report that ``parser`` converts to a wrong page.

    The reports contain ``number`` random notes or a few more.
    """
    questionnaire = load_bundled("kickoff")
    hostile, size = notes(random.Random(seed)), number_of_texts(questionnaire)
    words = plain(questionnaire)
    for _ in range(-(-number // size)):  # enough reports for ``number`` notes
        texts = list(islice(hostile, size))
        wrong = difference(
            expected(parser, words, texts), found(parser, questionnaire, texts)
        )
        if wrong:
            yield wrong


def main(number: int) -> int:
    """Print whether each Markdown parser shows ``number`` random notes as plain text.

    Returns 1 at the first note that a parser shows in another way, else 0.
    """
    print(f"{number} hostile notes, seed {SEED}")
    for parser in PARSERS:
        start = time.perf_counter()
        wrong = next(campaign(parser, number), "")
        took = time.perf_counter() - start
        print(f"{parser:<12}{took:6.1f} s  {wrong or 'all shown'}")
        if wrong:
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
