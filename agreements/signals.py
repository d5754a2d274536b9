"""Signals to the apps above: sent inside the transaction with `send`, so a receiver's failure undoes the action."""

from django.dispatch import Signal

# sender=Agreement, agreement=<signed>, version=<AgreementVersion>, by=<User>, at=<datetime>
agreement_signed = Signal()
# sender=Agreement, agreement=<amended>, version=<the new AgreementVersion>, changed=<keys of indicators>, by=, at=
agreement_amended = Signal()
