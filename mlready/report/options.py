"""The values that command options accept.

This module is separate, so that ``--help`` needs few imports.
"""

from enum import StrEnum


class Reader(StrEnum):
    """The reader of a report: the choices of ``report --for``."""

    ALL = "all"
    SPONSOR = "sponsor"
    TEAM = "team"
    RECRUITER = "recruiter"


class Format(StrEnum):
    """The file format of a report: the choices of ``--format``."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    SVG = "svg"
    BADGE = "badge"


class Diagrams(StrEnum):
    """How a Markdown report draws the pyramid: as text only, or also with Mermaid."""

    TEXT = "text"
    MERMAID = "mermaid"


class MinimumVerdict(StrEnum):
    """The verdict below which ``report --fail-below`` fails."""

    CONDITIONAL = "conditional"
    READY = "ready"


class ListFormat(StrEnum):
    """The file format of a question list: the choices of ``ask --format``."""

    YAML = "yaml"
    MD = "md"


class AgendaFormat(StrEnum):
    """The file format of an agenda: the choices of ``agenda --format``."""

    MD = "md"
    HTML = "html"


class PortfolioFormat(StrEnum):
    """The file format of a portfolio: the choices of ``portfolio --format``."""

    MD = "md"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


class ComparisonFormat(StrEnum):
    """The file format of a comparison: the choices of ``compare --format``."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    SVG = "svg"


class StepFormat(StrEnum):
    """The file format of a list of steps: the choices of ``steps --format``."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    ICS = "ics"


class Tracker(StrEnum):
    """The tracker that imports a table of steps: the choices of ``steps --for``."""

    JIRA = "jira"
    GITHUB = "github"
    GITLAB = "gitlab"
    LINEAR = "linear"
