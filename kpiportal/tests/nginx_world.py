"""A small world in the database of a portal that runs in processes of its own: `python -m kpiportal.tests.nginx_world`.

Prints its ids as JSON. Run in server mode's settings, so passwords and files are made as on a server.
"""

import json
import sys

import django

django.setup()

from kpiportal.testing import people  # noqa: E402 -- models need the set-up above
from reporting import testing  # noqa: E402

cast = people.make_cast()
card = testing.card_of(testing.make_round(cast), cast)
testing.fill(card, cast)
evidence = card.evidence.select_related("file").get()
facts = {
    "card": card.pk,
    "evidence": evidence.pk,
    "path": evidence.file.path,
    "collector": cast.collector.email,
    "stranger": cast.neighbour_collector.email,
    "password": people.PASSWORD,
}
json.dump(facts, sys.stdout)
