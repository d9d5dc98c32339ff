"""Items of a case: what was taken, who had it, what came of it, and what a court may ask about it."""
