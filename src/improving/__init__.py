"""Improving at Scale: the models, explorers and book behind the course."""
