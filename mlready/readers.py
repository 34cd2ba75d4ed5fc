"""Whom a report is for; apart, so that asking for help loads nothing else."""

from enum import StrEnum


class Reader(StrEnum):
    """Somebody who reads a report, and so its shape."""

    ALL = "all"
    SPONSOR = "sponsor"
    TEAM = "team"
    RECRUITER = "recruiter"
