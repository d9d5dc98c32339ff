"""The registers of safeguards: assurances, what was received and its later use, competing requests."""
