"""Read who does a step of the plan, and by when, from one line of text."""

import re
from contextlib import suppress
from datetime import date

from mlready.model.answers import PlanStep

_EXAMPLE = "2027-01-15"
WRITE_DATE = (
    "The date is not understood. Write the name and the date like this:"
    f" Ana, {_EXAMPLE}."
)
WRITE_YEAR = "The year is missing. Write it like this: {}."
NO_SUCH_DATE = "There is no date {}."
WRITE_ONLY_DATE = f"The date is not understood. Write it like this: {_EXAMPLE}."
WITHOUT_NAME = "Write only the date: {}."
WRITE_OWNER = "Write who does it, like this: Ana."
WRITE_STEP = "That is a date. Say what is to be done, or leave it empty."
_MONTH = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?"
    "|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
_FULL_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november"
    "|december"
)
_ISO = r"\d{4}-\d\d-\d\d"
_DAY = "(mon|tues|wednes|thurs|fri|satur|sun)day"
_SPAN = "days?|weeks?|months?|years?|quarters?|spring|summer|autumn|winter"
_MONTHS = _FULL_MONTH.split("|")
# Dates that can be read in one way only.
_DAY_FIRST = re.compile(
    rf"""\b(?P<day>\d{{1,2}})
        (?:\.\s?(?P<month>\d{{1,2}})\.\s?
        | (?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<name>{_MONTH})\.?,?\s+)
        (?P<year>\d{{4}})\b""",
    re.IGNORECASE | re.VERBOSE,
)
# 15/1/2027 and 1/15/2027 have one reading each, because there is no 15th month.
_WITH_SLASHES = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
# Words between name and date, as in "Ana by 2027-01-15". With a capital they may be
# names, except at the beginning. Till is a first name also there.
_BEFORE_DATE = (
    "by|until|till|before|on|due|no later than|^(By|Until|Before|On|Due|No later than)"
)
_WORDS_BEFORE_DATE = re.compile(
    rf"""(^|[\s,;:])(?P<negation>(?i:not)[\s,;:]+)?
        (({_BEFORE_DATE.replace(" ", "[ ]")})([\s,;:]+the)?([\s,;:]+|$))+$""",
    re.VERBOSE,
)
# Some months are also first names, so that a month alone is no date.
_DATE_ANYWHERE = re.compile(
    rf"""\b(
        \d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}
        | \d{{1,2}}(st|nd|rd|th)?\.?\s+(of\s+)?({_MONTH})
        | ({_MONTH})\.?\s+\d{{1,4}}
        | {_DAY} | today | tomorrow | asap | soon | q[1-4] | 20\d\d
        | (next|this|by|until|till|before|end\sof|in|within|mid|early|late)\s+
          (the\s+|end\sof\s+|next\s+|\w+\s+)?({_SPAN}|{_MONTH}|\d+)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# After a comma, a number by itself is a date, but not that of a team or a room.
_DATE_AFTER_COMMA = re.compile(
    rf"^\W*\d[\d\W]*(st|nd|rd|th)?\W*$|\b({_FULL_MONTH}|{_SPAN})\b", re.IGNORECASE
)
_WITHOUT_YEAR = re.compile(
    rf"""\b\d{{1,2}}(\.\s?\d{{1,2}}\.|(st|nd|rd|th)?\.?\s+(of\s+)?({_MONTH})\.?)$""",
    re.IGNORECASE | re.VERBOSE,
)
# By itself a misspelt month could be a name, such as Jule or Augusta.
_BEFORE_MONTH = re.compile(
    r"""\W*(?:(?:the\s+)?(?:beginning|start|middle|end)\s+of|early|mid|late
        |\d{1,2}\.?)\s+([^\W\d_]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_YEARS = 9  # within so many years, each day comes at least once, also 29 February
_MISSPELT = 0.75  # words at least so similar to a month are that month, misspelt


def taken_by(text: str, before: PlanStep) -> PlanStep:
    """Return ``before`` with owner and due date from a text like "Ana, 2027-01-15".

    If the text neither begins nor ends with a date, the whole text is the owner.
    """
    owner, due = _split(text)
    return before._replace(owner=owner, due=due)


def refusal(text: str, today: str) -> str:
    """Return an error message if a text has a date such as "next week", "" if not.

    ``today`` is a date as YYYY-MM-DD, from which a date without a year is completed.
    """
    owner, due = _split(text)
    _, comma, last = owner.rpartition(",")
    is_date = (
        _DATE_ANYWHERE.search(owner)
        or (comma and _is_date_after_comma(last))
        or (owner and not any(map(str.isalpha, owner)))
        or (owner and due and not owner.strip(" ,;"))
    )
    refused = _refusal_of_year(text, today) or WRITE_DATE
    return _refusal_of_day(text) or (refused if is_date else "")


def _is_date_after_comma(text: str) -> bool:
    """Return whether a text behind a comma is a date, also with a misspelt month."""
    if _DATE_AFTER_COMMA.search(text):
        return True
    word = _BEFORE_MONTH.match(text)
    if not word:
        return False
    from difflib import get_close_matches

    return bool(get_close_matches(word[1].lower(), _MONTHS, 1, _MISSPELT))


def refusal_of_date(text: str, today: str) -> str:
    """Return an error message if a text is not exactly one date, "" if it is."""
    owner, due = _split(text)
    if due:
        return WITHOUT_NAME.format(due) if owner else ""
    return (
        _refusal_of_day(text)
        or _refusal_of_year(text, today, names_owner=False)
        or WRITE_ONLY_DATE
    )


def refusal_of_owner(text: str, today: str) -> str:
    """Return an error message if a text has no owner or an unclear date, "" if not."""
    owner, _ = _split(text)
    return refusal(text, today) if owner else WRITE_OWNER


def refusal_of_step(text: str, _: str) -> str:
    """Return an error message if a text is only a date, "" if not."""
    words, due = _split(text)
    is_date = _DATE_ANYWHERE.fullmatch(text.strip(" ,.;:")) or (due and not words)
    return WRITE_STEP if is_date else ""


def in_words(text: str) -> str:
    """Return owner and date in words: "owner Ana, due 15 January 2027"."""
    owner, due = _split(text)
    who = f"owner {owner}" if owner else "no owner"
    return f"{who}, due {_long(due)}" if due else f"{who}, no date"


def date_in_words(text: str) -> str:
    """Return "15 January 2027" for "2027-01-15".

    A text that is not just one date is returned unchanged.
    """
    owner, due = _split(text)
    return text if owner or not due else _long(due)


def in_short(text: str) -> str:
    """Return owner and date without labels: "Ana, 2027-01-15"."""
    owner, due = _split(text)
    return f"{owner or 'nobody yet'}, {due or 'no date'}"


def _long(due: str) -> str:
    # The month is a word, so that a misread date is seen at once.
    day = date.fromisoformat(due)
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def _refusal_of_day(text: str) -> str:
    """Return an error message if a text has a day such as 30 February, "" if not."""
    found = re.search(rf"\b{_ISO}\b", _with_iso_dates(text))
    try:
        date.fromisoformat(found[0] if found else str(date.min))
    except ValueError:
        return NO_SUCH_DATE.format(found[0] if found else "")
    return ""


def _refusal_of_year(text: str, today: str, *, names_owner: bool = True) -> str:
    """Return an error message if a text ends with a day and a month only, "" if not.

    A day that does not exist, such as 31 June, also returns "". If ``names_owner`` is
    true, the message repeats the name before the day, which must be typed again.
    """
    text = text.strip()
    found = _WITHOUT_YEAR.search(text)
    due = _next_such_day(found[0], today) if found else ""
    if not (found and due):
        return ""
    owner = _split(f"{text[: found.start()]}{due}")[0] if names_owner else ""
    return WRITE_YEAR.format(", ".join(filter(None, [owner, due])))


def _next_such_day(day: str, today: str) -> str:
    """Return the first date from ``today`` on that is a day such as "15 December".

    The result is "" if there is no such day.
    """
    begin = today if re.fullmatch(_ISO, today) else _EXAMPLE
    years = range(int(begin[:4]), int(begin[:4]) + _YEARS)
    dates = (_split(f"{day} {year:04}")[1] for year in years)
    return next((each for each in dates if each >= begin), "")


def _with_iso_dates(text: str) -> str:
    """Return a text with its clear dates written as YYYY-MM-DD."""
    return _WITH_SLASHES.sub(_iso_of_slashes, _DAY_FIRST.sub(_iso, text))


def _split(text: str) -> tuple[str, str]:
    """Return the owner and the date in a text; "" for a missing part."""
    text = _with_iso_dates(text)
    at_end = re.search(rf"(^|[\s,;])\s*({_ISO})\s*$", text)
    if found := at_end or re.search(rf"^(\s*)({_ISO})($|[\s,;:])", text):
        with suppress(ValueError):
            date.fromisoformat(found[2])
            before = text[: found.start()]
            if found[1] != ",":  # "Ana On, 2027-01-15" has a name before the comma
                before = _without_last_words(before)
            return f"{before}{text[found.end() :]}".strip(" ,;:"), found[2]
    return text.strip(), ""


def _without_last_words(text: str) -> str:
    """Remove words such as "by" from the end of a text: "Ana by" becomes "Ana".

    A text in which "not" stands before these words stays: "Ana, not before".
    """
    found = _WORDS_BEFORE_DATE.search(text)
    return text[: found.start()] if found and not found["negation"] else text


def _iso(match: re.Match[str]) -> str:
    """Return a date such as 15.1.2027 or 15 January 2027 as YYYY-MM-DD."""
    name = match["name"]
    months = [each[:3] for each in _MONTHS]
    month = months.index(name[:3].lower()) + 1 if name else int(match["month"])
    return f"{match['year']}-{month:02}-{int(match['day']):02}"


def _iso_of_slashes(match: re.Match[str]) -> str:
    """Return a date such as 15/1/2027 as YYYY-MM-DD, an unclear date unchanged."""
    first, second, year = map(int, match.groups())
    day, month = max(first, second), min(first, second)
    # In 3/4/2027, either number could be the month.
    is_clear = day > len(_MONTHS) or day == month
    return f"{year}-{month:02}-{day:02}" if is_clear else match[0]
