"""Select, of what people typed into an answers file, the lines that prove a point.

People's words are never changed: a line is printed as it is, or not at all, or up to
where a sentence of it ends. What a line is worth is guessed from its form: a figure, a
name or a date shows more than a general remark.
"""

import re

from mlready.model.answers import Answer

MOST_WORDS, MOST_CHARACTERS = 26, 170  # of a line that is printed in full
FEWEST_WORDS = 3  # fewer words say nothing without their question
SHARED = 0.5  # two lines with so large a share of words in common say the same
LEAST_SHARED = 2  # but not if they have fewer words in common than this
MANY_SHARED = 5  # lines with so many words in common say the same in any case

# Evidence given as "stated" only says that somebody said so.
_STATED = re.compile(
    r"^\s*(?:as )?stated(?: in [\w ]+)?\s*(?:[:,;.-]\s*|$)", re.IGNORECASE
)
# A clause that tells what nobody said, instead of what is the case.
_SILENCE = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|no one|nor|without)\b[^.;]*?"
    r"\b(?:mention|discuss|raise|talk|said|told|named|state[ds]|brought up|minute[sd]"
    r"|come up|came up|on the table|in the notes)\w*",
    re.IGNORECASE,
)
# The end of a line that tells what nobody said: "approved as an analyst, no more said".
_SILENT_END = re.compile(r"\s*[,;]\s+([^,;]*)$")
_ENDS = ("", *".!?\u2026\u3002\uff01\uff1f")
_CLAUSES = re.compile(r"[;.]\s+|;")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_WORD = re.compile(r"[^\W_](?:[\w%.,'\u2019:/-]*[\w%])?")
_FIGURE, _NAME = re.compile(r"\d"), re.compile(r"(?<=\s)[A-Z][\w\u2019'-]{2,}")
_NUMBER = r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w,]*\d)"
_TODAY_AND_WANTED = re.compile(
    rf"{_NUMBER}[^\d;]{{0,30}}?(?:today|now|measured)?,\s+{_NUMBER}[^\d,;]{{0,20}}wanted",
    re.IGNORECASE,
)
_TODAY_AND_AIM = re.compile(
    rf"{_NUMBER}[^\d;]{{0,30}},\s+(?:wanted|aim|target|goal)\W+{_NUMBER}", re.IGNORECASE
)
_DENIAL = re.compile(r"\s*(?:no|none|nobody|nothing|not|never|n/?a)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|half|twice)\b",
    re.IGNORECASE,
)
# Names of fields, and pronouns that refer to nobody on the page.
_CODE = re.compile(r"\w_\w")
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|him|them)\b", re.IGNORECASE)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "about after also been before both came does done each ever every from have "
        "into just last less like made make many more most much must only other over "
        "same some such than that their them then there these they this those under "
        "until were what when where which while will with would",
    )
)


def line(text: str) -> str:
    """Return a text as one line that ends with a full stop.

    A long text is cut where a sentence or clause of it ends, or else after a word, and
    then ends with an ellipsis.
    """
    whole = " ".join(text.split())
    return _ended(whole if _is_short(whole) else _beginning(whole))


def _is_short(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.split()) <= MOST_WORDS


def _beginning(text: str) -> str:
    """Return as many whole sentences from the start of a long text as are short."""
    kept = ""
    for sentence in _SENTENCE_END.split(text):
        longer = f"{kept} {sentence}".strip()
        if not _is_short(longer):
            break
        kept = longer
    return kept.rstrip(";") or _cut(text)


def _cut(text: str) -> str:
    words = " ".join(text.split()[: MOST_WORDS - 1])
    return f"{words[: MOST_CHARACTERS - 2].rstrip(' ,;:')} …"


def _ended(text: str) -> str:
    begun = f"{text[:1].upper()}{text[1:]}"
    return (
        begun
        if not begun or begun[-1] in ".!?\u2026\u3002\uff01\uff1f"
        else f"{begun}."
    )


def fact(answer: Answer) -> str:
    """Return the line that shows an answer: its note, or else its evidence."""
    evidence = _STATED.sub("", answer.evidence)
    texts = _without_silent_end(answer.note), _without_silent_end(evidence)
    for text, fewest in zip(texts, (FEWEST_WORDS, FEWEST_WORDS + 1), strict=True):
        enough = len(text.split()) >= fewest or _FIGURE.search(text)
        if text and enough and not is_silent(text):
            return line(text)
    return ""


def _without_silent_end(text: str) -> str:
    """Return a text up to where it only tells what nobody said."""
    end = _SILENT_END.search(text.rstrip(" ."))
    return text[: end.start()] if end and is_silent(end[1]) else text


def is_silent(text: str) -> bool:
    """Return whether all that a line reports is that nobody said something."""
    clauses = [each for each in _CLAUSES.split(text) if each.strip(" .")]
    return all(_SILENCE.search(each) and not _FIGURE.search(each) for each in clauses)


def is_denial(text: str) -> bool:
    """Return whether a line begins by saying that there is nobody or nothing."""
    return bool(_DENIAL.match(text))


def worth(answer: Answer) -> float:
    """Return how much the line that shows an answer says, from 0 (nothing) to 3.

    Field names, and pronouns that refer to nobody, make a line harder to follow.
    """
    text = fact(answer)
    if not text:
        return 0.0
    shows = _figure_worth(text) + 0.5 * bool(_NAME.search(text))
    cut = 0.7 * (_without_silent_end(answer.note) != answer.note)
    unclear = cut + bool(_CODE.search(text)) + 0.5 * bool(_PRONOUN.search(text))
    by_a_paper = 0.5 * bool(_STATED.sub("", answer.evidence))
    return max(0.5, 1.0 + shows + by_a_paper - unclear)


def _figure_worth(text: str) -> float:
    """Return what the figures of a line show, from 0 to 1: a year or day shows less."""
    if re.search(r"\d", _YEAR.sub("", text)):
        return 1.0
    return 0.7 if _NUMBER_WORD.search(text) else 0.4 * bool(_FIGURE.search(text))


def has_figure(answer: Answer) -> bool:
    """Return whether the line that shows an answer has a figure."""
    return bool(_FIGURE.search(fact(answer)))


def change(text: str) -> int:
    """Return by how many per cent a figure is to change that a line states, or 0.

    It is negative if the figure is to fall: -18 for "34 minutes today, 28 wanted". A
    share is left out, because a change of it in per cent is easily misread.
    """
    found = _TODAY_AND_WANTED.search(text) or _TODAY_AND_AIM.search(text)
    if not found or "%" in text or "per cent" in text:
        return 0
    today, wanted = (float(each.replace(",", "")) for each in found.groups())
    return round(100 * (wanted - today) / today) if today else 0


def share_a_figure(one: str, other: str) -> bool:
    """Return whether two lines have a figure in common that is no year."""
    found = [
        {*re.findall(r"\d[\d.,]*\d|\d", _YEAR.sub("", text))} for text in (one, other)
    ]
    return bool(found[0] & found[1])


def figures(text: str) -> int:
    """Return how many figures a line has."""
    return len(re.findall(r"\d[\d.,]*", text))


class Told:
    """What a page has told already, so that it tells nothing twice."""

    def __init__(self) -> None:
        """Begin a page that has told nothing yet."""
        self._told: list[frozenset[str]] = []

    def is_new(self, text: str) -> bool:
        """Return whether a page has not yet told what a line says."""
        words = _content(text)
        return not any(_is_same(words, each) for each in self._told)

    def tell(self, text: str) -> str:
        """Record that the page tells a line, and return the line."""
        self._told.append(_content(text))
        return text

    def first_time(self, text: str) -> str:
        """Return a line and record it; return "" if the page has told it already."""
        return self.tell(text) if text and self.is_new(text) else ""


def _content(text: str) -> frozenset[str]:
    """Return the figures and the words that matter in a text; all of it if none do."""
    found = [
        word
        for word in _WORD.findall(text.lower())
        if (len(word) > FEWEST_WORDS or _FIGURE.search(word)) and word not in _SMALL
    ]
    return frozenset(found or [text])


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    least = min(len(one), len(other))
    return shared >= MANY_SHARED or (
        shared >= LEAST_SHARED and shared >= SHARED * least
    )
