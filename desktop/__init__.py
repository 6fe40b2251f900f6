"""Dirigent, the agent's unified desktop: see ``docs/architecture.md`` for the parts and who may import whom."""

__version__ = "0.1.0"
