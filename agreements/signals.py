"""News upward: sent inside the transaction with `send`, so that a receiver's failure undoes the deed."""

from django.dispatch import Signal

# sender=Agreement, agreement=<signed>, version=<AgreementVersion>, by=<User>, at=<datetime>
agreement_signed = Signal()
