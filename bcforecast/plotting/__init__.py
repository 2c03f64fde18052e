"""Pictures: fan charts and dashboards."""
