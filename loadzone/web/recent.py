"""`GET /notifications`: what the live feed told of late, for who has just come or was away."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec

from loadzone.domain.fields import Fields
from loadzone.domain.model import Group
from loadzone.domain.permissions import Act, demand
from loadzone.web import queries
from loadzone.web.bodies import RecentNotifications
from loadzone.web.feed_ring import Ring
from loadzone.web.handlers import BaseHandler
from loadzone.web.notes import Note, Notified, notes_of
from loadzone.web.site import Site

SHOWN: Final = 50


class NotificationsHandler(BaseHandler):
    """Gives the caller what the feed told them, or would have, in their language."""

    site: Site
    route_path = "/notifications"

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site

    def get(self) -> None:
        """Answer with the newest ones; raises InvalidInput for a filter, of which there is none."""
        actor = self.site.identity.identify(self.request).actor
        demand(actor, Act.SEE)
        fields = Fields()
        queries.texts(fields, self.request.query_arguments, ())
        fields.check()
        lang, service = self.site.language(self.request), self.site.service
        notes = islice(newest_notes(self.site.ring, service.fleet.groups, actor.email), SHOWN)
        shown = [_notified(note, lang, actor.email) for note in notes]
        self.finish(msgspec.json.encode(RecentNotifications(notifications=shown, seq=service.seq)))

    head = get


def newest_notes(ring: Ring, groups: Mapping[int, Group], email: str | None) -> Iterator[Note]:
    """Yield the notes of the last changes that the person `email` is told, newest first."""
    for change in ring.newest_first():
        yield from (note for note in reversed(list(notes_of(change, groups))) if note.is_for(email))


def _notified(note: Note, lang: str, email: str | None) -> Notified:
    told = note.in_language(lang, own=note.is_own(email))
    return Notified(**msgspec.structs.asdict(told), by=note.by)
