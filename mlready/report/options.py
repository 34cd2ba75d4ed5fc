"""Options of a report; a module of its own, so that --help loads nothing else."""

from enum import StrEnum


class Reader(StrEnum):
    """Who reads a report; it decides what is in it."""

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
    """How the pyramid is drawn in Markdown, in addition to plain text."""

    TEXT = "text"
    MERMAID = "mermaid"


class MinimumVerdict(StrEnum):
    """The verdict below which ``--fail-below`` fails."""

    CONDITIONAL = "conditional"
    READY = "ready"
