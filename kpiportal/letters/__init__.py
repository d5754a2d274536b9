"""Official letters: draft, approve, number under lock, print once, keep permanently.

The register's promise: every number stands on a letter and every issued letter has one, without gaps. So the
number, the typeset bytes and the state are one transaction on the locked series; a letter that cannot be
typeset takes no number. What was issued is `frozen` + `file`, and the database refuses to change either.
"""

from kpiportal.letters.approval import CHAIN, approve_letter, pass_letter, recall_letter, return_letter, submit_letter
from kpiportal.letters.drafts import WORDS, Greeting, Receiver, address_letter, draft_letter, greet, save_letter
from kpiportal.letters.issuing import CANCEL, ISSUE, cancel_letter, issue_letter, preview_letter
from kpiportal.letters.series import newest_series, open_series
from kpiportal.letters.standing import STANDING, standing_words

__all__ = [
    "CANCEL",
    "CHAIN",
    "ISSUE",
    "STANDING",
    "WORDS",
    "Greeting",
    "Receiver",
    "address_letter",
    "approve_letter",
    "cancel_letter",
    "draft_letter",
    "greet",
    "issue_letter",
    "newest_series",
    "open_series",
    "pass_letter",
    "preview_letter",
    "recall_letter",
    "return_letter",
    "save_letter",
    "standing_words",
    "submit_letter",
]
