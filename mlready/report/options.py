"""The choices of report options, in a separate module so that --help imports little."""

from enum import StrEnum


class Reader(StrEnum):
    """The intended reader of a report, who determines its content."""

    ALL = "all"
    SPONSOR = "sponsor"
    TEAM = "team"
    RECRUITER = "recruiter"


class Format(StrEnum):
    """The format of a document: the choices of ``--format``."""

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
    """The lowest verdict that passes ``--fail-below``."""

    CONDITIONAL = "conditional"
    READY = "ready"
