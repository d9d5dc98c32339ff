"""Court bundles and CASE packages: one file that proves what it holds, offline (docs/spec/court-bundle.md). Pure."""
