"""Whom a report is for, and in which form; apart, so that --help loads nothing else."""

from enum import StrEnum


class Reader(StrEnum):
    """Somebody who reads a report, and so its shape."""

    ALL = "all"
    SPONSOR = "sponsor"
    TEAM = "team"
    RECRUITER = "recruiter"


class Format(StrEnum):
    """The kind of document a result becomes."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    SVG = "svg"
    BADGE = "badge"


class Diagrams(StrEnum):
    """What draws the pyramid in Markdown, besides the signs that are always there."""

    TEXT = "text"
    MERMAID = "mermaid"


class MinimumVerdict(StrEnum):
    """The verdict below which ``--fail-below`` fails."""

    CONDITIONAL = "conditional"
    READY = "ready"
