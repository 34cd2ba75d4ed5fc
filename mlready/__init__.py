"""Find out at kickoff whether a project is ready for ML, and whom to hire."""

__version__ = "0.1.0"
