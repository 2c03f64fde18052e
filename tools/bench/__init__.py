"""Judge the forecasts against peers and against what happened: `make bench`."""
