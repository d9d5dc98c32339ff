"""From the fields of an instrument to boxes on a page, and from what was posted back to a form."""
