"""Sharp tools without domain nouns: errors, time, canonical bytes, strict YAML, faults of files."""
