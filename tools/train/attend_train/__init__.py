"""Trainer of Attend's speech models. See tools/train/README.md for the way from recordings to a model file."""
