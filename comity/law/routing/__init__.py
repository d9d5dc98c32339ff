"""How a route is judged: the data (``book``), what binds (``bases``), what goes first (``order``). Door: ``routes``."""
