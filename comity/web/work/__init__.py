"""Pages: the work of a unit, figures, reminders."""
