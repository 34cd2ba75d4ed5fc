"""Rewrite the steps in the text of an answers file; leave all other lines unchanged.

Each step must begin on a line of its own. In another layout the result is wrong, so the
caller must check the result by reading it.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from mlready.model.answers import NO_STEP, PlanStep
from mlready.storage import yaml_text
from mlready.storage.answers_fast_parser import STEPS
from mlready.storage.source_positions import KeyPath, SourcePosition

_MARK = "\ufeff"
_INDENT = 2
_BLANK_OR_COMMENT = re.compile(r"\s*(#.*)?")
# A step on one line, and a comment after it.
_ON_ONE_LINE = re.compile(
    r"""\{(?:(?<=[\s,{:])"(?:[^"\\]|\\.)*"|(?<=[\s,{:])'(?:[^']|'')*'"""
    r"""|(?<![\s,{:])["']|[^"'{}])*\}(\s+#[^\r]*)?\r?$"""
)
_WRITTEN = re.compile(r"^( +)[a-z\"']", re.MULTILINE)  # a field on its own line
_NO_STEPS = re.compile(rf"^({STEPS}:)\s*\{{\s*\}}")
# The end of a line from the value of a field on: the value, and a comment after it.
_VALUE = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^#]|(?<!\s)#)*?)(\s+#[^\r]*)?\r?"""
)
# The value of a field in a step on one line, up to the comma or brace after it.
_IN_BRACES = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,{}\[\]"'][^,{}\[\]]*?)(?=\s*[,}])"""
)


def with_steps(
    data: bytes, old: Mapping[str, PlanStep], new: Mapping[str, PlanStep]
) -> bytes:
    """Return the content of an answers file with changed and added steps.

    ``old`` are the steps in ``data``. ``new`` must include all their keys.
    """
    from mlready.storage import strict_yaml

    text = data.decode()
    file = _Lines(text.removeprefix(_MARK), strict_yaml.read(data, "").places)
    changed = [key for key in new if new[key] != old.get(key)]
    # From the last line to the first, so that the lines above keep their numbers.
    file.add({key: new[key] for key in changed if key not in file.begins})
    for key in reversed(file.begins):
        if key in changed:
            file.replace(key, old.get(key, NO_STEP), new[key])
    mark = _MARK if text.startswith(_MARK) else ""
    return f"{mark}{file.text}".encode()


class _Lines:
    """The lines of an answers file, and where each of its steps begins."""

    def __init__(self, text: str, places: Mapping[KeyPath, SourcePosition]) -> None:
        self.lines = text.split("\n")
        self.ending = "\r" if self.lines[0].endswith("\r") else ""
        self.begins = {
            str(path[1]): at
            for path, at in places.items()
            if path[:1] == (STEPS,) and path[2:] == ("",)
        }
        self.steps = places.get((STEPS, ""))
        self.places = places
        parts = [at.line for path, at in places.items() if path[1:] == ("",)]
        steps = (at.line for at in self.begins.values())
        self.edges = sorted([*parts, *steps, len(self.lines) + 1])
        # Where each step ends is looked up before any line is added.
        self.ends = {key: self._end(at.line) for key, at in self.begins.items()}

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def replace(self, key: str, old: PlanStep, new: PlanStep) -> None:
        """Replace the step ``old`` by ``new``, and keep the comments on its lines."""
        line, column, _ = self.begins[key]
        end = self.ends[key]
        if end > line + 1:
            self._replace_fields(key, old, new, end)
            return
        found = _ON_ONE_LINE.search(self.lines[line - 1], column - 1)
        if found and self._replace_in_braces(key, old, new, found):
            return
        comment = found[1] or "" if found else ""
        ending = self._ending(line)
        self.lines[line - 1] = f"{self._entry(key, new, column - 1)}{comment}{ending}"

    def _replace_in_braces(
        self, key: str, old: PlanStep, new: PlanStep, found: re.Match[str]
    ) -> bool:
        """Change the fields of a step on one line; return whether this was possible.

        ``found`` is the match of the step's braces, and of a comment after them.
        """
        line, added = found.string, ""
        close = line.rindex("}", 0, found.start(1) if found[1] else None)
        edits = list[tuple[int, int, str]]()
        for name, text in new._asdict().items():
            if text == getattr(old, name):
                continue
            if at := self.places.get((STEPS, key, name)):
                value = _IN_BRACES.match(line, at.column - 1, close + 1)
                if not value:
                    return False
                edits.append((*value.span(), yaml_text.scalar(text)))
            else:
                added += f", {name}: {yaml_text.scalar(text)}"
        # New fields follow the last one; a comma may follow that.
        begin = found.start() + 1
        inside = line[begin:close].rstrip().removesuffix(",")
        end = begin + len(inside)
        added = added if inside else added.removeprefix(", ")
        for start, stop, text in sorted([*edits, (end, end, added)], reverse=True):
            line = f"{line[:start]}{text}{line[stop:]}"
        self.lines[self.begins[key].line - 1] = line
        return True

    def _replace_fields(self, key: str, old: PlanStep, new: PlanStep, end: int) -> None:
        """Change the fields of a step that has each field on a line of its own."""
        begin = self.begins[key]
        indent = _INDENT + begin.column - 1
        if first := [*_WRITTEN.finditer("\n".join(self.lines[begin.line : end - 1]))]:
            indent = len(first[0][1])
        for name, text in new._asdict().items():
            if text == getattr(old, name):
                continue
            value = yaml_text.scalar(text)
            if at := self.places.get((STEPS, key, name)):
                line, start = self.lines[at.line - 1], at.column - 1
                rest = _VALUE.fullmatch(line, start)
                comment = rest[2] or "" if rest else ""
                before = line[:start]
                before = f"{before} " if before.endswith(":") else before
                ending = self._ending(at.line)
                self.lines[at.line - 1] = f"{before}{value}{comment}{ending}"
            else:
                self._insert(end - 1, [f"{' ' * indent}{name}: {value}"])

    def add(self, steps: Mapping[str, PlanStep]) -> None:
        """Add ``steps`` after the steps that the file has.

        In a file without steps, the new ones follow the line ``steps:``. If this line
        is missing too, it is added at the end of the file.
        """
        if not steps:
            return
        last = max(self.begins.values(), default=self.steps)
        if last is None:
            at = len(self.lines) - (self.lines[-1] == "")
            begin = [f"{STEPS}:"]
        else:
            at, begin = self._end(last.line) - 1, []
        indent = last.column - 1 if last and self.begins else _INDENT
        if self.steps and not self.begins:
            line = self.lines[self.steps.line - 1]
            self.lines[self.steps.line - 1] = _NO_STEPS.sub(r"\1", line)
        entries = (self._entry(key, step, indent) for key, step in steps.items())
        self._insert(at, [*begin, *entries])

    def _insert(self, at: int, lines: Sequence[str]) -> None:
        """Insert lines before the line with index ``at``."""
        if at == len(self.lines) and at:
            last = self.lines[-1]
            self.lines[-1] = f"{last.removesuffix(self.ending)}{self.ending}"
            *lines, final = lines
            self.lines += [*(f"{line}{self.ending}" for line in lines), final]
            return
        self.lines[at:at] = [f"{line}{self.ending}" for line in lines]

    def _ending(self, line: int) -> str:
        """Return the carriage return of a line, "" for none; lines count from 1."""
        return "\r" if self.lines[line - 1].endswith("\r") else ""

    def _end(self, line: int) -> int:
        """Return the number of the line after the entry that begins on ``line``.

        Line numbers count from 1.
        """
        end = self.edges[bisect_right(self.edges, line)]
        while end > line + 1 and _BLANK_OR_COMMENT.fullmatch(self.lines[end - 2]):
            end -= 1
        return end

    def _entry(self, key: str, step: PlanStep, indent: int) -> str:
        given = {name: text for name, text in step._asdict().items() if text}
        text = f"{yaml_text.key(key)}: {yaml_text.on_one_line(given)}"
        return f"{' ' * indent}{text}"
