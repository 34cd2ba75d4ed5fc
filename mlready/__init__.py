"""Find out at the kickoff of a project whether it is ready for ML, and whom to hire."""

__version__ = "0.1.0"
