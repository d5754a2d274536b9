"""The rule of weights as the database holds it, whoever writes and however."""

import pgtrigger

# What is agreed or signed carries exactly 100 percent points. Looked at when the transaction ends, so that weights may
# be moved about inside it; drafts and tables may hold any sum meanwhile: the rule never keeps anybody from working.
_SUM = """
IF (SELECT state FROM agreements_agreement WHERE id = {agreement}) IN ('agreed', 'signed', 'closed')
   AND (SELECT coalesce(sum(weight), 0) FROM agreements_indicator
         WHERE agreement_id = {agreement} AND parent_id IS NULL) <> 100
THEN
    RAISE EXCEPTION 'weights of agreement % do not sum to 100', {agreement} USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def sums_to_100(name, operation, agreement):
    """A deferred constraint trigger; `agreement` is the SQL of the agreement's key in the row that changed."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=_SUM.format(agreement=agreement),
    )
