"""Settings, urls and wiring: the one place that knows every room."""
