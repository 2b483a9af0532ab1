"""What every fact says."""

from datetime import datetime

from msgspec import Struct


class Fact(Struct, frozen=True, kw_only=True, tag_field="fact", omit_defaults=True, gc=False):
    """Something that happened at `at`, by the user `by` (None: LoadZone itself)."""

    at: datetime
    by: str | None = None
