"""Django's PostgreSQL, told with each statement who asks."""
