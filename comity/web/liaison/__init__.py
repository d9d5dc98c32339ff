"""Whom to ask abroad, conversations, urgent calls, the roster (docs/rooms/liaison.md)."""
