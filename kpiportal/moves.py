"""Workflow buttons: from a browser's POST to the action, the same way for every kind of subject.

The view finds the subject (404) and shows its page again when the result is `Refused`. Finding the transition, the
permission check, the form, the action and the success message are the same everywhere and are done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest

from kpiportal import clock
from kpiportal.fields import WordsField
from kpiportal.workflow import Blocker, NotReady, Stale, Transition, of_slug

LONGEST_REASON = 4_000  # characters


class MoveForm(forms.Form):
    """The revision that was looked at, and a reason where the transition takes one; `facts` is what its action takes.

    `reasoned`: verbs that take a reason without always asking for one.
    """

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, transition: Transition, reasoned: Iterable[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        if transition.asks_reason or transition.verb in reasoned:
            self.fields["reason"] = WordsField(label="เหตุผล", longest=LONGEST_REASON)

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


@dataclass(frozen=True)
class Refused:
    """Why it was not done, with what was typed. `blockers`: the action's own; `said` has the form's sentences, too."""

    transition: Transition
    form: Any
    status: int
    blockers: list[Blocker] = field(default_factory=list)

    @property
    def said(self) -> list[Blocker]:
        wrong = [Blocker(text, field=name) for name, texts in self.form.errors.items() for text in texts]
        return [*self.blockers, *wrong]

    @property
    def reason(self) -> str:
        """As it was typed, also into a form that did not ask for one."""
        return self.form.data.get("reason", "")


def press(
    request: HttpRequest,
    subject: Model,
    table: Iterable[Transition],
    slug: str,
    deeds: Mapping[str, Callable[..., Any]],
    *,
    make: Callable[..., Any] = MoveForm,
) -> Refused | None:
    """Do what the button says, tell it, and return None; else what to show again, on a page read again.

    `deeds`: verb -> action. `make(data, transition=)`: the form, with `facts`. Raises Http404 for a slug the table does
    not have; PermissionDenied before the form is read, for a missing date is nothing to tell somebody who may not sign;
    BadRequest when the page's own hidden field did not come back.
    """
    transition = of_slug(table, slug)
    if transition is None:
        raise Http404
    if not transition.allowed(request.user, subject):
        raise PermissionDenied
    form = make(request.POST, transition=transition)
    if "revision" in form.errors:
        raise BadRequest
    if form.errors:
        return Refused(transition, form, 422)
    try:
        deeds[transition.verb](subject, by=request.user, at=clock.now(), **form.facts)
    except NotReady as refusal:
        return Refused(transition, form, 422, refusal.blockers)
    except Stale as clash:
        state = type(subject)._base_manager.values_list("state", flat=True).get(pk=subject.pk)
        lost = [] if state in transition.sources else unsaid(_words_of(form))
        return Refused(transition, form, 409, [Blocker(clash.text), *lost])
    messages.success(request, transition.told)
    return None


def _words_of(form: Any) -> str:
    """What was typed: a reason, also into a form that did not ask for one, and every other box of words."""
    boxes = [name for name, box in form.fields.items() if isinstance(box, WordsField)]
    typed = [form.data.get(name, "").strip() for name in dict.fromkeys(["reason", *boxes])]
    return "\n".join(words for words in typed if words)


def unsaid(typed: str) -> list[Blocker]:
    """What was typed into a box the page has no more, because somebody went first: shown, so that it can be copied."""
    return [Blocker(f"ที่ท่านพิมพ์ไว้ ยังไม่ได้บันทึก: {typed.strip()}")] if typed.strip() else []
