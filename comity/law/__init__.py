"""Law as dated data: calendars, deadlines, parties to treaties. docs/rooms/law.md explains each file."""
