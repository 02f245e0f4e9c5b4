"""Greenlight: generative pre-visualisation on Prefect."""
