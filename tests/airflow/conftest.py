"""Airflow is heavy and has an environment of its own: only `make test-airflow` names it."""

import os

collect_ignore_glob = [] if "BCFORECAST_AIRFLOW" in os.environ else ["test_*.py"]
