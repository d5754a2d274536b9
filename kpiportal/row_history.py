"""Row history of what people edit: database triggers copy every insert, update and delete, bulk ones included."""

import pghistory


def tracked(model):
    """Keep every version of this model's rows (who and why comes from the request's context)."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
