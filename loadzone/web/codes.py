"""All error codes that the API can answer with, each with its status and data as an example."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple


class Code(NamedTuple):
    """A code's HTTP status, and data that its message could have. Codes of single fields stand in `errors`."""

    status: int
    data: Mapping[str, Any]
    of_field: bool = False


_UNTIL = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
_VM = {"vm_id": "server-01"}
_HELD = {"vm_id": "server-01", "holder": "user@example.com", "until": _UNTIL}


def _field(**data: Any) -> Code:
    return Code(400, data, of_field=True)


CODES: Final[Mapping[str, Code]] = {
    "invalid_input": Code(400, {}),
    "json_malformed": Code(400, {}),
    "not_an_object": Code(400, {}),
    "malformed_request": Code(400, {}),
    "login_required": Code(401, {}),
    "wrong_login": Code(401, {}),
    "token_invalid": Code(401, {}),
    "admin_only": Code(403, {}),
    "not_holder": Code(403, _HELD),
    "read_only_token": Code(403, {}),
    "session_needed": Code(403, {}),
    "feed_not_yours": Code(403, {}),
    "cross_origin": Code(403, {}),
    "host_not_ours": Code(403, {"host": "example.com"}),
    "wrong_auth_mode": Code(403, {"mode": "open"}),
    "registration_closed": Code(403, {}),
    "invite_needed": Code(403, {}),
    "invite_invalid": Code(403, {}),
    "address_reserved": Code(403, {"email": "user@example.com"}),
    "waits_for_approval": Code(403, {}),
    "domain_not_listed": Code(403, {"domains": ["example.com"]}),
    "first_admin_key_invalid": Code(403, {}),
    "path_not_found": Code(404, {}),
    "vm_not_found": Code(404, _VM),
    "group_not_found": Code(404, {"group_id": 1}),
    "person_not_found": Code(404, {"email": "user@example.com"}),
    "nobody_waits": Code(404, {"email": "user@example.com"}),
    "upload_not_found": Code(404, {}),
    "token_not_found": Code(404, {"token_id": "1f2e3d4c"}),
    "method_not_allowed": Code(405, {}),
    "vm_taken": Code(409, _HELD),
    "vm_booked": Code(409, _HELD),
    "vm_not_booked": Code(409, _VM),
    "vm_exists": Code(409, _VM),
    "vm_not_in_group": Code(409, _VM),
    "group_exists": Code(409, {"name": "Production"}),
    "person_exists": Code(409, {"email": "user@example.com"}),
    "last_admin": Code(409, {}),
    "idempotency_key_reused": Code(409, {}),
    "person_changed": Code(409, {"email": "user@example.com"}),
    "body_too_large": Code(413, {"max": 1048576}),
    "upload_too_large": Code(413, {"max": 8388608}),
    "not_json": Code(415, {}),
    "too_many_tries": Code(429, {"seconds": 60}),
    "login_busy": Code(429, {"seconds": 3}),
    "internal_error": Code(500, {}),
    "store_unavailable": Code(503, {}),
    "too_many_connections": Code(503, {}),
    "not_ready": Code(503, {"reasons": ["store_unavailable"]}),
    "required": _field(),
    "unknown_field": _field(),
    "wrong_type": _field(expected="float", got="str"),
    "wrong_value": _field(problem=""),
    "number_too_large": _field(),
    "too_long": _field(max=200),
    "too_many": _field(max=20),
    "not_printable": _field(character="U+202E", place=5),
    "out_of_range": _field(min=1, max=100000),
    "not_one_of": _field(choices=["json", "csv"]),
    "time_malformed": _field(),
    "moment_unsupported": _field(first=1950, last=9998),
    "hours_not_positive": _field(max=168.0),
    "hours_too_many": _field(max=168.0),
    "hours_total_too_many": _field(max=720.0, left=3.5),
    "vm_id_malformed": _field(),
    "email_malformed": _field(),
    "address_malformed": _field(),
    "piece_out_of_order": _field(expected=1),
    "csv_content_or_upload": _field(),
    "csv_not_utf8": _field(),
    "csv_unclosed": _field(),
    "csv_after_quote": _field(),
    "csv_no_id": _field(),
    "csv_column": _field(column="colour", columns="id, group, internal_ip, external_ip, tags, note"),
    "csv_too_many_fields": _field(),
    "group_unknown": _field(group="GPU"),
    "group_given_twice": _field(),
    "cursor_malformed": _field(),
    "unknown_parameter": _field(),
    "given_twice": _field(),
    "not_utf8": _field(),
    "since_after_until": _field(),
    "idempotency_key_malformed": _field(max=255),
    "password_too_short": _field(min=8),
    "wrong_password": _field(),
    "password_too_long": _field(max=1024),
}
