"""A federation of invented people in real legal systems, on one machine, told through actions only."""
