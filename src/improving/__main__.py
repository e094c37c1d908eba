"""Run the course's command: `python -m improving`."""

from improving.cli import app

app(prog_name="improving")
