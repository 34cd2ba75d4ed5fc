"""Escape text for the terminal, and wrap or truncate it to the terminal's width."""

import re
import textwrap
from collections.abc import Callable, Sequence
from math import ceil
from os import terminal_size
from shutil import get_terminal_size

from mlready.display_width import character_width, cut, display_width
from mlready.escaping import for_terminal

NARROWEST = 10  # least width for wrapping, in columns
NARROW = 48  # columns
SMALL = terminal_size((60, 28))
MARGIN = 2  # columns that stay empty at the end of a wrapped line
ROW_MARGIN = 6  # columns beside a row of a list, for its pointer and the margins
# What stands behind the bar of a layer: its score, and a word.
_ROW_END = re.compile(r"(?<=[|#/.]) +(\d\S*) +(\S+)$")
FEWEST_LISTED = 3  # open answers that a picture lists if it does not list all
SHORTEST_NAME = 20  # columns to which a name in a sentence may be cut
BETWEEN_SIGNS = " · "  # in a line of a legend
_KEY_START, _SENTENCE_START = r"(?<= ·) ", r"(?<=[.?!]) (?=[A-Z])"
_MORE = ", and "  # before the second half of a reason
PROMPT_LINES = 3  # the most lines of the prompt below a picture


def wrap(text: str, indent: str = "  ") -> str:
    """Wrap text between words to the terminal's width, with an indent on each line."""
    width = max(get_terminal_size().columns - len(indent) - MARGIN, NARROWEST)
    lines = [line for part in text.splitlines() for line in break_line(part, width)]
    return "\n".join(indent + line for line in lines)


def indented(text: str) -> str:
    """Wrap text to the terminal's width, indented unless the terminal is narrow."""
    return wrap(text, "" if is_narrow_terminal() else "  ")


def break_line(text: str, width: int) -> list[str]:
    """Escape a line, and split the line into lines of at most ``width`` columns."""
    text = for_terminal(text)
    if text.isascii() or {1} >= {*map(character_width, text)}:
        return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    lines = [""]
    for piece in unbroken_parts(text):
        if display_width(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        rest = piece if lines[-1] else piece.lstrip()
        while display_width(rest.rstrip()) > width:
            lines[-1] = cut(rest, width) or rest[0]
            rest = rest[len(lines[-1]) :]
            lines.append("")
        lines[-1] += rest
    return [*lines[:-1], lines[-1].rstrip()]


def unbroken_parts(text: str) -> list[str]:
    """Split text where a line can break: after spaces, and next to wide characters."""
    pieces: list[str] = []
    for word in re.findall(r"\s*\S+\s*|\s+", text):
        start = 0
        for index in range(1, len(word)):
            pair = character_width(word[index - 1]), character_width(word[index])
            if 2 in pair and 0 not in pair and not word[index].isspace():  # noqa: PLR2004 - wide characters have two columns
                pieces.append(word[start:index])
                start = index
        pieces.append(word[start:])
    return pieces


def cut_words(text: str, most: int) -> str:
    """Return a text of at most ``most`` columns, cut after a word if longer."""
    if display_width(text) <= most:
        return text
    return f"{cut(text, most - 1).rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def lines_taken(text: str) -> int:
    """Return how many lines of the terminal a text takes."""
    columns = get_terminal_size().columns
    return sum(max(ceil(display_width(line) / columns), 1) for line in text.split("\n"))


def is_narrow_terminal() -> bool:
    """Return whether the terminal has too few columns to indent text."""
    return get_terminal_size().columns < NARROW


def is_small_terminal() -> bool:
    """Return whether the terminal is too small to show a question and all its hints."""
    size = get_terminal_size()
    return size.columns < SMALL.columns or size.lines < SMALL.lines


def room_for_row(margin: int = ROW_MARGIN) -> int:
    """Return how many columns a row may take, with ``margin`` columns left empty."""
    return max(get_terminal_size().columns - margin, NARROWEST)


def room_for_message() -> int:
    """Return how many columns ``indented`` leaves for a text of one line."""
    indent = 0 if is_narrow_terminal() else len("  ")
    return room_for_row(indent + MARGIN)


def truncate(text: str, margin: int = ROW_MARGIN) -> str:
    """Escape text, and cut the text to one line with ``margin`` columns left empty."""
    width = room_for_row(margin)
    text = for_terminal(text)
    return text if display_width(text) <= width else f"{cut(text, width - 1)}…"


def fit_list(heading: str, rows: Sequence[str], below: int) -> str:
    """Return a heading and a list, with rows cut until both fit the terminal.

    ``below`` is how many lines must stay free below the list.
    """
    room = get_terminal_size().lines - below
    longest = max((indented(row).count("\n") + 1 for row in rows), default=1)
    forms = [
        "\n".join([heading, *(cut_lines(row, most) for row in rows)])
        for most in range(longest, 0, -1)
    ]
    fitting = (form for form in forms if lines_taken(indented(form)) <= room)
    return next(fitting, forms[-1])


def fit_names(text: Callable[[int], str], longest: int, below: int) -> str:
    """Return ``text`` with names cut until it fits the terminal.

    Args:
        text: returns the text with names of at most so many columns.
        longest: the most columns that a name takes.
        below: how many lines must stay free below the text.

    """
    room = get_terminal_size().lines - below
    forms = map(text, range(longest, SHORTEST_NAME, -1))
    fitting = (form for form in forms if indented(form).count("\n") < room)
    return next(fitting, text(SHORTEST_NAME))


def split_at_sentences(text: str, room: int) -> list[str]:
    """Return a text, wrapped, in parts of at most ``room`` lines.

    A part ends between lines or sentences, and inside a sentence only if that needs
    more room.
    """

    def joined(part: Sequence[str]) -> str:
        return wrap(" ".join(part).replace(" \n", "\n"))

    parts: list[list[str]] = []
    for number, line in enumerate(text.split("\n")):
        first, *rest = _unbroken(line, room)
        for each in (f"\n{first}" if number else first, *rest):
            if parts and joined([*parts[-1], each]).count("\n") < room:
                parts[-1].append(each)
            else:
                parts.append([each.removeprefix("\n")])
    if parts[1:] and parts[-2][1:] and not parts[-1][1:]:
        # The last part would only be a line of keys, or one sentence.
        moved = [parts[-2][-1].removeprefix("\n"), f"\n{parts[-1][0]}"]
        if joined(moved).count("\n") < room:
            parts[-2:] = [parts[-2][:-1], moved]
    return [*map(joined, parts)]


def _unbroken(line: str, room: int) -> list[str]:
    """Return the parts of a line that stay whole: sentences, keys or words."""
    keys = BETWEEN_SIGNS in line
    forms = [
        *([[line]] if keys else []),
        re.split(_KEY_START if keys else _SENTENCE_START, line),
    ]
    fitting = (form for form in forms if all(wrap(e).count("\n") < room for e in form))
    return next(fitting, line.split(" "))


def pages(text: str, below: int) -> list[str]:
    """Return the lines of a text in as few parts as fit the terminal one by one.

    ``below`` is how many lines must stay free below each part. A line that takes more
    room than there is goes on in the next part.
    """
    room = max(get_terminal_size().lines - below, 1)
    parts: list[list[str]] = []
    for line in text.split("\n"):
        wrapped = indented(line).split("\n")
        if parts and len(parts[-1]) + len(wrapped) <= room:
            parts[-1] += wrapped
            continue
        parts += (wrapped[at : at + room] for at in range(0, len(wrapped), room))
    return ["\n".join(map(str.strip, part)) for part in parts]


def cut_lines(row: str, most: int) -> str:
    """Return a row cut after a word to at most so many lines of the terminal."""
    lines = indented(row).split("\n")
    if len(lines) <= most:
        return row
    width = get_terminal_size().columns - len("    ") - MARGIN  # with room for "…"
    kept = "".join(break_line(row, max(width, NARROWEST))[:most])
    # A line can also end inside a word, so that the row is not joined from its lines.
    return _beginning(for_terminal(row), len("".join(kept.split()))) + "…"


def _beginning(text: str, number: int) -> str:
    """Return the beginning of a text with so many characters other than spaces."""
    ends = [match.end() for match in re.finditer(r"\S", text)]
    return text[: ends[number - 1]] if number else ""


def fit_pyramid(pyramid: str) -> str:
    """Return a pyramid with shorter rows if the terminal is narrow."""
    if not is_narrow_terminal():
        return pyramid
    rows = [re.sub(r"^([> ]) ", r"\1", row) for row in pyramid.split("\n")]
    rows = [_ROW_END.sub(r" \1 \2", row) for row in rows]
    if all(map(_fits, rows)):
        return "\n".join(rows)
    # The number and the bar say as much as a word such as "low".
    return "\n".join(_shortened_row(row) for row in rows)


def _fits(row: str) -> bool:
    return display_width(row) <= get_terminal_size().columns - MARGIN


def _shortened_row(row: str) -> str:
    """Return a row of the pyramid without its last word or without its score.

    A row ends with a score and a word, such as "1.8 to 2.6 low". The word is removed if
    the rest then fits the terminal, else the score. The row of the layer to fix first
    always keeps its word.
    """
    number, word = _ROW_END.sub(r" \1", row), _ROW_END.sub(r" \2", row)
    longer = row if row.startswith(">") else number
    return longer if _fits(longer) else word


def fit_picture(picture: str) -> str:
    """Shorten a picture until picture and prompt fit the terminal.

    Legend and advice are shortened step by step, but no sentence is cut. Then as many
    open answers are listed as there is room for; if none are, their ids may fit.

    Args:
        picture: pyramid, legend and advice, with blank lines between; the legend may be
            missing.

    """
    pyramid, *legend, advice = picture.split("\n\n")
    room = get_terminal_size().lines - PROMPT_LINES

    def fits(text: str) -> bool:
        return lines_taken(indented(text)) <= room

    lists = _lists(advice)
    least = advice_forms(advice)[-1]
    forms = _picture_forms(fit_pyramid(pyramid), legend, least)
    shown = next(filter(fits, forms), forms[-1])
    longer = (shown.replace(lists[-1], each) for each in lists)
    named = _with_ids(shown, advice)
    return next(filter(fits, [named] if named != shown else longer), shown)


def _picture_forms(pyramid: str, legend: Sequence[str], advice: str) -> list[str]:
    """Return all forms of a picture, in the order to try them."""
    sentence, _, last = advice.partition("\n")
    short, shortest = (
        f"{'. '.join(sentence.split('. ')[:number]).rstrip('.')}.\n{last}"
        for number in (2, 1)
    )
    texts = (advice, short, _without_list(advice), _without_list(short))
    smallest = _without_list(shortest)
    whole, *shorter, no_legend = legend_forms("".join(legend))
    names, fewer = shorter[-1], _fewer_lines(smallest)
    shortened = [
        "\n".join(filter(None, [pyramid, signs, text]))
        for signs, listed in (
            (whole, texts[:1]),
            *((signs, (*texts, smallest)) for signs in shorter),
            (no_legend, (*texts, *fewer[:1])),
            *((signs, (less,)) for less in fewer[1:] for signs in (names, no_legend)),
        )
        for text in listed
    ]
    spaced = "\n\n".join([pyramid, *legend, advice])
    return [f"\n{spaced}\n", *shortened]


def advice_forms(advice: str) -> list[str]:
    """Return a text of advice, then shorter and shorter forms of this text.

    Each shorter form lists fewer open answers, and ends the list with a line such as
    "- and 3 more".
    """
    whole, *fewer = _lists(advice)
    return [advice, *(advice.replace(whole, each) for each in fewer)]


def _lists(advice: str) -> list[str]:
    """Return the list of open answers in ``advice``, then shorter forms of this list.

    Each form is one text. A shorter form names fewer open answers, and ends with a line
    such as "- and 3 more".
    """
    items = re.findall("^- .*", advice, re.MULTILINE)
    # "And 1 more" takes as much room as that one item.
    numbers = range(len(items) - 2, FEWEST_LISTED - 1, -1)
    fewer = ([*items[:n], f"- and {len(items) - n} more"] for n in numbers)
    return ["\n".join(each) for each in (items, *fewer)]


def legend_forms(legend: str) -> list[str]:
    """Return the forms of a legend, the longest first; the last form is "".

    A legend explains the signs in the drawing of a pyramid. The first line can give the
    reason for the layer to fix first, as in "> fix first: AI / ML rests on it". Then
    the forms are:

    * the whole legend;
    * the legend with several signs on each line after the first;
    * the second form, with the first line cut to "> AI / ML rests on it";
    * this first line with only one line of signs;
    * only the line "> AI / ML rests on it";
    * the signs that the legend explains at length, such as "> fix first · / not
      counted";
    * "".

    A reason with ", and" has two more forms, in which it ends there. A legend without
    a reason has no forms that show one.
    """
    first, _, signs = legend.partition("\n")
    reason = reason_in(first)
    joined = _joined(signs if reason else legend)
    one_line = joined.partition("\n")[0]
    if not reason:
        return [legend, joined, one_line, ""]
    whys = [*dict.fromkeys(_cut(first, each) for each in (reason, _main(reason)))]
    with_signs = [f"{why}\n{joined}" for why in (first, *whys)]
    with_signs += [f"{why}\n{one_line}" for why in whys]
    return [legend, *with_signs, *whys, _names_only(legend), ""]


def _cut(line: str, reason: str) -> str:
    """Return the first line of a legend as "> reason", or whole if that is as short."""
    why, whole = f"> {reason}", f"{line.partition(': ')[0]}: {reason}"
    short = lines_taken(indented(why))
    return whole if lines_taken(indented(whole)) == short else why


def _main(reason: str) -> str:
    return reason.partition(_MORE)[0]


def _names_only(legend: str) -> str:
    """Return the signs that a legend explains after a colon, without what follows."""
    lines = [line.partition(": ") for line in legend.split("\n")]
    return BETWEEN_SIGNS.join(name for name, colon, _ in lines if colon)


def reason_in(line: str) -> str:
    """Return the reason in a line such as "> fix first: AI / ML rests on it", or ""."""
    return line.partition(": ")[2] if line.startswith(">") else ""


def _joined(legend: str) -> str:
    """Return a legend with each entry moved to the first line that has room.

    An entry is a sign with its meaning, such as "# score".
    """
    lines: list[str] = []
    for sign in re.split(f"\n|{BETWEEN_SIGNS}", legend):
        joined = [f"{line}{BETWEEN_SIGNS}{sign}" for line in lines]
        free = (at for at, line in enumerate(lines) if _has_room(line, joined[at]))
        if (at := next(free, None)) is None:
            lines.append(sign)
        else:
            lines[at] = joined[at]
    return "\n".join(lines)


def _has_room(line: str, longer: str) -> bool:
    """Return whether a text can be added to a line of the terminal.

    ``longer`` is ``line`` with the added text at the end. There is room if ``longer``
    takes as many lines as ``line``, and the added text is not broken.
    """
    wrapped, added = indented(longer), longer.removeprefix(line)
    return wrapped.endswith(added) and lines_taken(wrapped) == lines_taken(
        indented(line)
    )


def _fewer_lines(text: str) -> list[str]:
    """Return a text, then the text without its last line, and so on."""
    lines = text.strip("\n").split("\n")
    return ["\n".join(lines[:number]) for number in range(len(lines), 0, -1)]


def list_as_ids(advice: str) -> str:
    """Return an advice with the ids of the open answers in place of their list."""
    return _with_ids(_without_list(advice), advice)


def _with_ids(shown: str, advice: str) -> str:
    """Return a picture that does not list the open answers with their ids.

    The ids stand behind the sentence that introduces the list in ``advice``, as in "2
    open answers (COL-01, MON-00)."
    """
    introduction = re.search(r"(.+):\n- ", advice)
    ids = re.findall(r"^- .*\((\S+)\): ", advice, re.MULTILINE)
    if not (introduction and ids):
        return shown
    sentence = introduction[1]
    more = re.findall(r"^-( and \d+ more)$", advice, re.MULTILINE)
    listed = "".join([", ".join(ids), *more])
    return shown.replace(f"{sentence}.", f"{sentence} ({listed}).")


def _without_list(advice: str) -> str:
    """Return an advice without the list of open answers, which begin with "- "."""
    return re.sub(r":((?:\n- .*)+)", ".", advice)
