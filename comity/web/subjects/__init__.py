"""The pages of people and things of a case."""
