"""Attainment forecasting for public plans, from short official series."""
