"""Pages: one dossier and its acts."""
