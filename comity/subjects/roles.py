"""Categories of persons to be kept apart as far as possible: Directive (EU) 2016/680, Article 6.

A person decides; the machine only keeps what was decided. The wording restates the article, it does not quote it.
"""

from dataclasses import dataclass

TEXT = "Directive (EU) 2016/680"


@dataclass(frozen=True)
class Category:
    """One category; ``confidence`` is "memory" until somebody compared it with the text."""

    id: str
    label: str
    says: str
    cite: str
    confidence: str = "memory"


CATEGORIES = (
    Category("suspect", "Suspect", "Serious grounds to believe that they committed an offence, or are about to.",
             "Article 6(a)"),
    Category("convicted", "Convicted", "They were convicted of an offence.", "Article 6(b)"),
    Category("victim", "Victim", "They are the victim of an offence, or facts suggest that they could be.",
             "Article 6(c)"),
    Category("witness", "Witness", "They might be called on to testify.", "Article 6(d)"),
    Category("informant", "Can give information", "They can give information on offences.", "Article 6(d)"),
    Category("contact", "Contact or associate", "They are in contact with a suspect or a convicted person.",
             "Article 6(d)"),
    Category("other", "Other party", "Another party to the offence.", "Article 6(d)"),
)  # fmt: skip
NAMES = tuple(one.id for one in CATEGORIES)
