"""How long what is kept: rules, what they would erase, and what was erased."""
