"""What the grounds and kinds of this room are called. Marked for translation where pages show them."""

GROUND_WORDS = {
    "not-as-evidence": "Its originator has not allowed that it is used as evidence",
    "privilege": "Confidential between a person and their counsel",
    "protection-of-a-person": "It would endanger a person",
    "other-proceeding": "It would harm another proceeding",
    "public-security": "Public security",
    "private-life": "The private life of somebody else",
    "not-relevant": "It has nothing to do with the charges",
    "other": "Another ground",
}
