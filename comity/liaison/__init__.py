"""Who is asked for what abroad, and talking with them (docs/rooms/liaison.md)."""
