"""Will it be met: where goals and forecasts meet."""
