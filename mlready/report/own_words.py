"""Choose the lines of a team that a page prints as proof.

The wording is never changed, but a long line may be cut.
"""

import re

from mlready.model.answers import Answer, is_bare_word

MOST_WORDS, MOST_CHARACTERS = 26, 170  # of a line that is printed in full
LONGEST_BACKGROUND_LINE = 45  # words of a background line that is printed in full
FEWEST_WORDS = 3  # a line with fewer words is unclear without its question
MOST_JOINED = 45  # the most words of sentences that are kept together
SHARED = 0.5  # lines with this share of words in common are repeats
LEAST_SHARED = 2  # unless they have fewer words in common than this
FEW_SHARED, SHARED_IN_PART = 3, 0.35  # so are lines that have so many and such a share
MANY_SHARED = 5  # lines with so many words in common are always repeats
REPEATED = 0.8  # share of the words of a background line that make it a repeat

# Evidence given as "stated" only says that somebody said so.
_STATED = re.compile(
    r"^\s*(?:as )?stated(?: in [\w ]+)?\s*(?:[:,;.-]\s*|$)", re.IGNORECASE
)
# A clause on what nobody said, instead of a fact.
_SILENCE = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|no one|nor|without)\b(?:\W+\w+){0,5}?"
    r"\W+(?:mention|discuss|raise|talk|said|told|named|state[ds]|brought up|minute[sd]"
    r"|come up|came up|on the table|in the notes)\w*",
    re.IGNORECASE,
)
# An end that is such a clause: "approved as an analyst, no more said".
_SILENT_END = re.compile(r"\s*[,;]\s+([^,;]*)$")
_ENDS = ".!?\u2026\u3002\uff01\uff1f"
_CLAUSES = re.compile(r"[;.]\s+|;")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
# Not compiled here as the others, because a report for the team does not use it.
_WORD = r"[^\W_](?:[\w%.,'\u2019:/-]*[\w%])?"
_FIGURE, _NAME = re.compile(r"\d"), re.compile(r"(?<=\s)[A-Z][\w\u2019'-]{2,}")
_NUMBER = r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w,]*\d)"
# Not compiled here either. A full stop after a short word may belong to it ("Dr.").
_FULL_STOP = rf"(?:(?<=\w{{3}}[{_ENDS}])|(?<=[\d%)][{_ENDS}]))\s+(?=[^\W\d_])"
_TODAY_AND_WANTED = (
    rf"{_NUMBER}[^\d;]{{0,30}}?(?:today|now|measured)?,\s+"
    rf"{_NUMBER}[^\d,;]{{0,20}}wanted"
)
_TODAY_AND_AIM = rf"{_NUMBER}[^\d;]{{0,30}},\s+(?:wanted|aim|target|goal)\W+{_NUMBER}"
# The start of a sentence that leans on the sentence before it.
_GOES_ON = (
    r"(?:and|but|so|yet|then|since then|because|therefore|only|it|its|they|their|theirs"
    r"|them|he|his|she|her|that|this|these|those|both|each|here|there"
    r"|without (?:it|them)|among them)\b"
)
_DENIAL = r"\s*(?:no|none|nobody|nothing|not|never|n/?a)\b"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|half|twice)\b",
    re.IGNORECASE,
)
# Names of fields, and pronouns that refer to nobody on the page.
_CODE = re.compile(r"\w_\w")
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|him|them)\b", re.IGNORECASE)
_SMALL = (
    " about after also been before both came does done each ever every from have into "
    "just last less like made make many more most much must only other over same some "
    "such than that their them then there these they this those under until were what "
    "when where which while will with would "
)


def line(text: str) -> str:
    """Return a text as one line that ends like a sentence; cut a long text."""
    whole = " ".join(text.split())
    return _ended(whole if _is_short(whole) else _beginning(whole))


def whole(text: str) -> str:
    """Return a text in full, as one line that ends like a sentence."""
    return _ended(" ".join(text.split()))


def sentences(text: str) -> list[str]:
    """Split a text into its sentences; where the end is in doubt, do not split."""
    begin, found = 0, []
    for stop in re.finditer(_FULL_STOP, text):
        if not text[stop.end()].islower():
            found.append(text[begin : stop.start()])
            begin = stop.end()
    return [*found, text[begin:]]


def reasons(text: str) -> list[str]:
    """Split a text into reasons, each of one or more sentences.

    A sentence that begins with a word such as "But" or "They" stays with the sentence
    before.
    """
    found: list[str] = []
    for each in sentences(text):
        goes_on = found and re.match(_GOES_ON, each, re.IGNORECASE)
        together = f"{found[-1]} {each}" if goes_on else ""
        if together and len(together.split()) <= MOST_JOINED:
            found[-1] = together
        else:
            found.append(each)
    return found


def background_line(text: str) -> str:
    """Return the text of a background line as one line that ends like a sentence.

    A text of more than 45 words is cut.
    """
    return whole(text) if len(text.split()) <= LONGEST_BACKGROUND_LINE else line(text)


def _is_short(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.split()) <= MOST_WORDS


def _beginning(text: str) -> str:
    """Return the first sentences that fit on one line, or the first words."""
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
    return begun if not begun or begun[-1] in _ENDS else f"{begun}."


def line_of(answer: Answer) -> str:
    """Return the note of an answer as a line, or else the evidence, or else "".

    A note or evidence that says too little, such as "not mentioned", is left out.
    """
    evidence = _STATED.sub("", answer.evidence)
    texts = _without_silent_end(answer.note), _without_silent_end(evidence)
    for text, fewest in zip(texts, (FEWEST_WORDS, FEWEST_WORDS + 1), strict=True):
        enough = len(text.split()) >= fewest or _FIGURE.search(text)
        if text and enough and not is_silent(text):
            return line(text)
    return ""


def _without_silent_end(text: str) -> str:
    """Remove the last clause of a text if the clause only says what nobody mentioned.

    "Approved as an analyst, no more said" becomes "Approved as an analyst".
    """
    end = _SILENT_END.search(text.rstrip(" ."))
    return text[: end.start()] if end and is_silent(end[1]) else text


def is_silent(text: str) -> bool:
    """Return whether a line only says that something was not mentioned."""
    clauses = [each for each in _CLAUSES.split(text) if each.strip(" .")]
    return all(_SILENCE.search(each) and not _FIGURE.search(each) for each in clauses)


def is_denial(text: str) -> bool:
    """Return whether a line is only a denial, such as "Nothing is being lost"."""
    denies = re.match(_DENIAL, text, re.IGNORECASE)
    return bool(denies) and len(sentences(text)) == 1


def is_bare_denial(text: str) -> bool:
    """Return whether a line denies in a word or two, such as "none" or "not yet"."""
    return is_denial(text) and len(text.split()) < FEWEST_WORDS


def worth(answer: Answer) -> float:
    """Return how informative the line of an answer is, from 0 to 3 (best)."""
    text = line_of(answer)
    if not text:
        return 0.0
    shows = _figure_worth(text) + 0.5 * bool(_NAME.search(text))
    cut = 0.7 * (_without_silent_end(answer.note) != answer.note)
    unclear = cut + bool(_CODE.search(text)) + 0.5 * bool(_PRONOUN.search(text))
    evidence = _STATED.sub("", answer.evidence)
    by_a_paper = 0.5 * bool(evidence and not is_bare_word(evidence))
    return max(0.5, 1.0 + shows + by_a_paper - unclear)


def _figure_worth(text: str) -> float:
    """Return how informative the numbers of a line are, from 0 to 1 (best)."""
    if re.search(r"\d", _YEAR.sub("", text)):
        return 1.0
    return 0.7 if _NUMBER_WORD.search(text) else 0.4 * bool(_FIGURE.search(text))


def has_figure(answer: Answer) -> bool:
    """Return whether the line of an answer contains a number in digits."""
    return bool(_FIGURE.search(line_of(answer)))


def change(text: str) -> int:
    """Return the change in percent that a line states, 0 if there is none.

    "34 minutes today, 28 wanted" gives -18. A line with percentages gives 0, because
    readers easily misread the change of a percentage.
    """
    patterns = _TODAY_AND_WANTED, _TODAY_AND_AIM
    tried = (re.search(each, text, re.IGNORECASE) for each in patterns)
    found = next(filter(None, tried), None)
    if not found or "%" in text or "per cent" in text:
        return 0
    today, wanted = (float(each.replace(",", "")) for each in found.groups())
    return round(100 * (wanted - today) / today) if today else 0


def share_a_figure(one: str, other: str) -> bool:
    """Return whether two lines have a number in digits in common, other than a year."""
    found = [
        {*re.findall(r"\d[\d.,]*\d|\d", _YEAR.sub("", text))} for text in (one, other)
    ]
    return bool(found[0] & found[1])


def figures(text: str) -> int:
    """Return how many numbers in digits a line contains; "6,000" is one number."""
    return len(re.findall(r"\d[\d.,]*", text))


def are_repeats(one: str, other: str) -> bool:
    """Return whether two lines share so many words that they say the same."""
    return _is_same(_content(one), _content(other))


class PrintedLines:
    """The lines that a page has printed so far."""

    def __init__(self) -> None:
        self._contents: list[frozenset[str]] = []

    def is_new(self, text: str) -> bool:
        """Return whether no printed line says the same as ``text``."""
        words = _content(text)
        return not any(_is_same(words, each) for each in self._contents)

    def record(self, text: str) -> str:
        """Record that the page prints a line, and return the line."""
        self._contents.append(_content(text))
        return text

    def if_new(self, text: str) -> str:
        """Record and return a line; return "" if a printed line says the same."""
        return self.record(text) if text and self.is_new(text) else ""

    def unless_repeated(self, text: str) -> str:
        """Record and return a line; return "" if a printed line has most of its words.

        Used for background lines: these often share a few words with other lines, and
        ``if_new`` would then return "".
        """
        words = _content(text)
        repeated = any(
            len(words & each) >= REPEATED * len(words) for each in self._contents
        )
        return "" if not text or repeated else self.record(text)


def _content(text: str) -> frozenset[str]:
    """Return the numbers and important words of a text, or the text if it has none."""
    found = [
        word
        for word in re.findall(_WORD, text.lower())
        if (len(word) > FEWEST_WORDS or _FIGURE.search(word))
        and f" {word} " not in _SMALL
    ]
    return frozenset(found or [text])


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    least = min(len(one), len(other))
    return (
        shared >= MANY_SHARED
        or (shared >= FEW_SHARED and shared >= SHARED_IN_PART * least)
        or (shared >= LEAST_SHARED and shared >= SHARED * least)
    )
