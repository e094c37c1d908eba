"""Explorers: sweep a model, pack the results, show them with or without Python."""

from improving.explorer.controls import Choice, Slider, Switch
from improving.explorer.page import Guess
from improving.explorer.widget import Explorer, explore

__all__ = ["Choice", "Explorer", "Guess", "Slider", "Switch", "explore"]
