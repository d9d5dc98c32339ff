"""dossiers: files shared between authorities, step by step. docs/rooms/dossiers.md"""
