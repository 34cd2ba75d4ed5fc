"""Explain syntax errors in a YAML file, and how to correct them.

Each rule recognises one common mistake from the parser's report and the text.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

QUOTE = "put the text in quotes"
_KEY = r"[ ]*(?:- +)*[^\s#'\"{\[&*!|>@`%:][^:{\[]*?"
_KEY_AND_TEXT = re.compile(rf"(?P<key>{_KEY}):[ ]+(?P<text>.*)")
_BRACKETS_FIRST = re.compile(
    rf"{_KEY}:[ ]+(?P<text>(\[[^\[\]]*\]|{{[^{{}}]*}})[ ]+[^\s#].*)"
)
_NO_SPACE = re.compile(rf"(?P<key>{_KEY}):(?=[^\s:/])")
# A quoted text that is not closed on its line: after a key, or inside braces.
_OPENED = re.compile(
    r"^(?P<indent>[ ]*)(?:- +)*[^\s#'\"{\[&*!|>@`%:][^:{\[\n]*:[ ]+"
    r"(?:[{\[](?:[^\"'\n#]|(?<=\S)#|(?<=[^\s:,{\[])[\"']"
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')*+)?"
    r"(?P<text>\"(?:[^\"\\\n]|\\.)*+$|'[^'\n]*+$)",
    re.MULTILINE,
)
_CLOSED = {
    '"': re.compile(r"(?:[^\"\\]|\\.)*+\"", re.DOTALL),
    "'": re.compile("[^']*+'"),
}
_KEY_OR_COMMENT = re.compile(
    r"^(?P<indent>[ ]*)(?:#|[A-Za-z][\w-]*:(?:[ ]|$))", re.MULTILINE
)
_INDENTED_KEY = re.compile(r"^(?P<indent>[ ]*)(?P<key>[\w-]+):(?:[ ]|$)", re.MULTILINE)
# The first key of a path and the path's length -> the fields that an entry there can
# have, and how to write several on one line.
_FIELDS: dict[tuple[str, int], tuple[str, str]] = {
    ("answers", 2): ("level|note|evidence|accepted|na", 'level: 1, note: "late"'),
    ("steps", 2): ("owner|due|done|what", "owner: Ana, due: 2026-12-15"),
    ("voice", 1): ("name|role", "name: Ana, role: analyst"),
    ("voices", 2): ("name|role", "name: Ana, role: analyst"),
}
_DASH_ALONE = re.compile(r"-[ ]*(?:$|[,}\n]|[ ]#)")
_SINGLE = re.compile(r"[:,{\[]\s*'[^']*'(?!')[^\s,}\]#]|[:,{\[]\s*'[^']*'\s+[^\s#,}\]]")
_DOUBLE = re.compile(r"[:,{\[]\s*\"(?:[^\"\\]|\\.)*\"\s*[^\s,}\]#:]")


class Failure(NamedTuple):
    """A syntax error that the YAML parser reports."""

    text: str  # the whole text of the file
    problem: str  # the parser's message
    context: str  # the parser's message on what it was reading
    at: int  # the offset where the parser stopped
    begun: int  # the offset of what the parser was reading, such as a quoted text

    @property
    def sign(self) -> str:
        """The character at which the parser stopped."""
        return self.text[self.at : self.at + 1]

    @property
    def line(self) -> str:
        """The whole line on which the parser stopped."""
        return _line_at(self.text, self.at)

    @property
    def line_start(self) -> int:
        """The offset of the start of ``line``."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def above(self) -> tuple[int, str]:
        """The offset and text of the last line above the error, or 0 and "".

        Skips blank lines and comments.
        """
        start = self.line_start
        while start:
            start = self.text.rfind("\n", 0, start - 1) + 1
            line = _line_at(self.text, start)
            if line.strip() and not line.lstrip().startswith("#"):
                return start, line
        return 0, ""


# The offset of a mistake and a message, None if a rule recognises no mistake.
Explanation = tuple[int, str] | None
Rule = Callable[[Failure], Explanation]


def explain(failure: Failure) -> tuple[int, str]:
    """Return the offset of the mistake that caused a syntax error, and a message."""
    for rule in _RULES:
        if explanation := rule(failure):
            return explanation
    return failure.at, f"not readable as YAML: {failure.problem}; {_GENERAL}"


_GENERAL = f"if this is part of a text, {QUOTE}"


def _tab(failure: Failure) -> Explanation:
    if failure.sign == "\t" or failure.line[:1] == "\t":
        return failure.at, "a tab stands where spaces belong; indent with spaces"
    return None


def _no_break_space(failure: Failure) -> Explanation:
    for start, line in ((failure.line_start, failure.line), failure.above):
        if found := re.search(r"^[ ]*\xa0|:\xa0", line):
            where = start + found.end() - 1
            return where, "a no-break space stands where a space belongs; type it anew"
    return None


def _fence(failure: Failure) -> Explanation:
    if failure.line.startswith(("```", "~~~")):
        return failure.at, "a code fence is not part of the file; delete this line"
    return None


def _escape(failure: Failure) -> Explanation:
    if re.search("escape c|hexdecimal", failure.problem):
        text = (
            "a backslash between double quotes begins a special character; "
            r"write \\ for a backslash, or use single quotes"
        )
        return failure.at, text
    return None


def _unclosed_quote(failure: Failure) -> Explanation:
    if "quoted scalar" not in failure.context:
        return None
    return _not_closed(failure.text, failure.begun)


def _quote_closed_too_late(failure: Failure) -> Explanation:
    """Explain a text in quotes that runs over a key or a comment; else return None.

    Such a text ends at the first quote of another text, where the parser stops.
    """
    after = 0
    for opened in _OPENED.finditer(failure.text, 0, failure.at):
        begin = opened.start("text")
        if begin < after:
            continue
        closed = _CLOSED[failure.text[begin]].match(failure.text, begin + 1)
        if not closed:
            return None
        after = closed.end()
        if "\n" in failure.text[after : failure.at]:
            continue  # the lines between were read, so the mistake is below
        for line in _KEY_OR_COMMENT.finditer(failure.text, opened.end(), after):
            if len(line["indent"]) <= len(opened["indent"]):
                return _not_closed(failure.text, begin)
    return None


def _not_closed(text: str, begin: int) -> tuple[int, str]:
    sign, inside = text[begin], ""
    if sign == "'":
        inside = "; an apostrophe at the beginning of a text needs double quotes around"
    return (
        begin,
        f"this quote ({sign}) is not closed; add one at the end of the text{inside}",
    )


def _quote_inside(failure: Failure) -> Explanation:
    start, line = failure.line_start, failure.line
    if _SINGLE.search(line):
        text = (
            "an apostrophe ends a text in single quotes; write it twice ('') or put "
            "the text in double quotes"
        )
    elif _DOUBLE.search(line):
        text = (
            'a text in double quotes ends at the next double quote; write \\" inside '
            "the text, or put all of it in quotes"
        )
    else:
        return None
    return max(failure.at, start), text


def _question_mark(failure: Failure) -> Explanation:
    if failure.sign == "?":
        text = 'a question mark alone must be in quotes; write "?" or unknown'
        return failure.at, text
    return None


def _first_sign(failure: Failure) -> Explanation:
    """Explain a text that begins with a reserved character; else return None."""
    names = ("cannot start any token", "alphabetic or numeric", "node content")
    if "block scalar" in failure.context:
        begin = failure.begun
    elif "sequence entries are not allowed" in failure.problem:
        begin = failure.at
    elif any(name in failure.problem for name in names) or "directive" in (
        f"{failure.context} {failure.problem}"
    ):
        begin = failure.begun if "scanning a" in failure.context else failure.at
    else:
        return None
    sign = failure.text[begin : begin + 1]
    if not sign.strip() or sign in "}]":
        return None
    if _DASH_ALONE.match(failure.text, begin):
        return begin, "a dash alone is no value; leave it out, or write unknown"
    return begin, f"a text must not begin with '{sign}'; {QUOTE}"


def _colon_in_text(failure: Failure) -> Explanation:
    """Explain a colon and a space in a text without quotes; else return None."""
    if "mapping values are not allowed" not in failure.problem:
        return None
    before = failure.text[failure.line_start : failure.at]
    if found := _KEY_AND_TEXT.fullmatch(before):
        fields, example = _FIELDS.get(_first_key_and_depth(failure), ("", ""))
        begin = rf"(?:[0-4?]|unknown)?,?[ ]*(?:{fields})"
        if fields and re.fullmatch(begin, found["text"]):
            text = f"fields on one line need braces around them, as in {{{example}}}"
            return failure.line_start + found.start("text"), text
        return failure.at, f"a colon and a space inside a text; {QUOTE}"
    return None


def _first_key_and_depth(failure: Failure) -> tuple[str, int]:
    """Return the first key of the path to the line of the error, and its length."""
    end = failure.line_start + len(failure.line)
    keys = [*_INDENTED_KEY.finditer(failure.text, 0, end)]
    first, depth, indent = "", 0, len(failure.line)
    for each in reversed(keys):
        if len(each["indent"]) < indent:
            first, depth, indent = each["key"], depth + 1, len(each["indent"])
    return first, depth


def _no_space_after_colon(failure: Failure) -> Explanation:
    wanted = ("mapping values are not allowed", "expected ':'")
    if not any(each in failure.problem for each in wanted):
        return None
    for start, line in (failure.above, (failure.line_start, failure.line)):
        if (found := _NO_SPACE.match(line)) and ": " not in line:
            where = start + found.end()
            return where, "a space is missing after the colon; write it as 'key: text'"
    return None


def _no_colon(failure: Failure) -> Explanation:
    wanted = ("mapping values are not allowed", "expected ':'")
    start, line = failure.above
    if "expected ':'" in failure.problem and failure.begun < failure.at:
        start = failure.text.rfind("\n", 0, failure.begun) + 1
        line = _line_at(failure.text, failure.begun)
    if any(each in failure.problem for each in wanted) and ":" not in line:
        where = start + len(line) - len(line.lstrip())
        return where, "this line has no colon; write it as 'key: text'"
    return None


def _indentation(failure: Failure) -> Explanation:
    here = len(failure.line) - len(failure.line.lstrip(" "))
    above = len(failure.above[1]) - len(failure.above[1].lstrip(" "))
    is_about = re.search(
        "expected key|mapping values are not allowed|document start|block end",
        failure.problem,
    )
    if not is_about or here == above or not failure.above[1]:
        return None
    way = "further" if here > above else "less"
    where = failure.line_start + here
    text = (
        f"indented {way} than the lines it belongs to; indent keys of the same level "
        "by the same number of spaces"
    )
    return where, text


def _text_after_brackets(failure: Failure) -> Explanation:
    """Explain a text such as ``[draft] triage`` without quotes; else return None."""
    if found := _BRACKETS_FIRST.fullmatch(failure.line):
        begin = failure.line_start + found.start("text")
        sign = failure.text[begin]
        return begin, f"a text must not begin with '{sign}'; {QUOTE}"
    return None


def _brackets(failure: Failure) -> Explanation:
    """Explain a missing bracket, comma or quote; else return None."""
    if failure.sign and failure.sign in "}]":
        text = f"a closing '{failure.sign}' without an opening one; delete it, or"
        return failure.at, f"{text} {QUOTE}"
    if "expected ','" not in failure.problem:
        return None
    opening = failure.text[failure.begun : failure.begun + 1]
    closing = {"{": "}", "[": "]"}.get(opening, "}")
    between = failure.text[failure.begun : failure.at]
    if failure.sign == ":" and "\n" not in between:
        text = (
            "a colon inside a text, or a comma missing before this key; "
            f"{QUOTE}, or add the comma"
        )
        return failure.at, text
    if closing not in _line_at(failure.text, failure.begun):
        return failure.begun, f"this '{opening}' is not closed; add '{closing}'"
    return failure.at, f"a comma is missing before this; add it, or {QUOTE}"


def _text_after_end(failure: Failure) -> Explanation:
    if "document start" in failure.problem:
        return failure.at, "the document ended above; keep one per file"
    return None


_RULES: tuple[Rule, ...] = (
    _quote_closed_too_late,  # first, because what follows the quote is no mistake
    _tab,
    _fence,
    _no_break_space,
    _escape,
    _unclosed_quote,
    _question_mark,
    _quote_inside,
    _first_sign,
    _no_space_after_colon,
    _colon_in_text,
    _no_colon,
    _text_after_brackets,
    _brackets,
    _indentation,
    _text_after_end,
)


def _line_at(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]
