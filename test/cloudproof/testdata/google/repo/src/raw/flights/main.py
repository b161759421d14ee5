"""Counts the flights of a day. What it does is of no matter here: the image is made up."""
