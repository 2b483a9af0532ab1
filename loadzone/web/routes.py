"""The route table. It drives the handlers, the OpenAPI document and the docs page."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule

from loadzone.core.accounts import PersonInfo, TokenInfo
from loadzone.domain import wishes
from loadzone.domain.model import VM, Group
from loadzone.domain.permissions import Act
from loadzone.web import bodies, fleet_calls, health, people_calls
from loadzone.web.docs_page import Docs, DocsHandler
from loadzone.web.fleet_calls import granted
from loadzone.web.handlers import CallHandler, Prepared
from loadzone.web.history import PARAMETERS, HistoryHandler
from loadzone.web.limits import SizeGuard
from loadzone.web.openapi import encoded_document
from loadzone.web.route import Asked, Route
from loadzone.web.site import Site


async def _openapi(_asked: Asked) -> bytes:
    return _document()


@cache
def _document() -> bytes:
    return encoded_document(ROUTES)


def patterns(site: Site) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return Tornado's rules for all calls, those asked most first, behind the guard against large bodies."""
    by_path: dict[str, list[Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.pattern, []).append(route)
    rules = [(pattern, *_rule(site, routes)) for pattern, routes in by_path.items()]
    return [(r".*", SizeGuard(site.default_language), {}), *rules]


def _rule(site: Site, routes: Sequence[Route]) -> tuple[Any, dict[str, Any]]:
    first = routes[0]
    if first.handler is not None:
        return first.handler, {"site": site, **({"docs": Docs(ROUTES)} if first.handler is DocsHandler else {})}
    prepared: Mapping[str, Prepared] = {route.method: Prepared(route) for route in routes}
    allowed = tuple(method for route in routes for method in _methods(route))
    given = {"site": site, "path": first.path, "prepared": prepared, "allowed": allowed}
    if first.has_page:
        return [Rule(_Changes(), CallHandler, given)], {}
    return CallHandler, given


class _Changes(Matcher):
    """Matches what is no question, so that a page may answer those under the same path."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        return None if request.method in ("GET", "HEAD") else {}


def _methods(route: Route) -> tuple[str, ...]:
    return ("GET", "HEAD") if route.method == "GET" else (route.method,)


_BOOKED = {"vm_id": "server-02", "hours": 4}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/book",
        name="book",
        summary="Book a free VM for some hours from now.",
        call=granted(fleet_calls.vm_of),
        body=wishes.Book,
        answer=VM,
        act=Act.BOOK,
        errors=("vm_not_found", "vm_taken"),
        example={**_BOOKED, "purpose": "load test"},
    ),
    Route(
        method="POST",
        path="/renew",
        name="renew",
        summary="Move the end of your booking by some hours.",
        call=granted(fleet_calls.vm_of),
        body=wishes.Renew,
        answer=VM,
        act=Act.BOOK,
        errors=("vm_not_found", "vm_not_booked", "not_holder"),
        example=_BOOKED,
    ),
    Route(
        method="POST",
        path="/cancel",
        name="cancel",
        summary="End a booking now: your own, or as administrator anybody's.",
        call=granted(fleet_calls.vm_of),
        body=wishes.Release,
        answer=VM,
        act=Act.BOOK,
        errors=("vm_not_found", "vm_not_booked", "not_holder"),
        example={"vm_id": "server-02"},
    ),
    Route(
        method="GET",
        path="/vms",
        name="vms",
        summary="All VMs and groups, with the number of the newest change.",
        call=fleet_calls.whole_fleet,
        answer=bodies.WholeFleet,
        act=Act.SEE,
    ),
    Route(
        method="GET",
        path="/groups",
        name="groups",
        summary="All groups.",
        call=fleet_calls.groups,
        answer=list[Group],
        act=Act.SEE,
    ),
    Route(
        method="GET",
        path="/me",
        name="me",
        summary="Who you are, and the VMs that you hold; a stranger gets an answer too.",
        call=fleet_calls.me,
        answer=bodies.Me,
        errors=("token_invalid",),
    ),
    Route(
        method="GET",
        path="/history",
        name="history",
        summary="The booking history, oldest first over all users, streamed as JSON or CSV.",
        handler=HistoryHandler,
        answer=bodies.HistoryPage,
        act=Act.SEE,
        query=PARAMETERS,
        media=("application/json", "text/csv"),
        errors=("invalid_input", "group_not_found"),
    ),
    Route(
        method="POST",
        path="/auth",
        name="auth",
        summary="Log in and get the session cookie; in open mode the e-mail alone is enough.",
        call=people_calls.log_in,
        body=bodies.Credentials,
        answer=bodies.Done,
        repeatable=False,
        errors=("wrong_login", "too_many_tries"),
        example={"email": "user@example.com", "password": "correct horse battery"},
    ),
    Route(
        method="POST",
        path="/logout",
        name="logout",
        summary="End your session; works without one too.",
        call=people_calls.log_out,
        body=bodies.Nothing,
        answer=bodies.Done,
        repeatable=False,
        errors=("token_invalid",),
        example={},
    ),
    Route(
        method="POST",
        path="/add-vm",
        name="addVM",
        summary="Add a VM to the fleet.",
        call=granted(fleet_calls.vm_added),
        body=wishes.AddVM,
        answer=VM,
        status=201,
        act=Act.MANAGE_FLEET,
        errors=("vm_exists", "group_not_found"),
        example={"id": "server-09", "group_id": 1, "internal_ip": "10.0.0.9", "tags": ["gpu"]},
    ),
    Route(
        method="POST",
        path="/import-vms",
        name="importVMs",
        summary="Add many VMs, all or none.",
        call=granted(fleet_calls.vms_added),
        body=wishes.AddVMs,
        answer=bodies.ManyVMs,
        status=201,
        act=Act.MANAGE_FLEET,
        example={"vms": [{"id": "server-10"}, {"id": "server-11", "group_id": 1}]},
    ),
    Route(
        method="POST",
        path="/edit-vm",
        name="editVM",
        summary="Change the fields of a VM that are given.",
        call=granted(fleet_calls.vm_of),
        body=wishes.EditVM,
        answer=VM,
        act=Act.MANAGE_FLEET,
        errors=("vm_not_found", "group_not_found"),
        example={"vm_id": "server-09", "note": "32 GB", "group_id": None},
    ),
    Route(
        method="POST",
        path="/delete-vm",
        name="deleteVM",
        summary="Take a VM out of the fleet; one that is booked needs `force`.",
        call=granted(fleet_calls.nothing),
        body=wishes.DeleteVM,
        answer=bodies.Done,
        act=Act.MANAGE_FLEET,
        errors=("vm_not_found", "vm_booked"),
        example={"vm_id": "server-09", "force": False},
    ),
    Route(
        method="POST",
        path="/groups",
        name="addGroup",
        summary="Make a group; VMs named move out of their old group.",
        call=granted(fleet_calls.group_added),
        body=wishes.AddGroup,
        answer=Group,
        status=201,
        act=Act.MANAGE_FLEET,
        errors=("vm_not_found", "group_exists"),
        example={"name": "Staging", "vm_ids": ["server-02"]},
    ),
    Route(
        method="POST",
        path="/groups/{group_id}/add-existing-vms",
        name="addExistingVMs",
        summary="Move VMs into a group.",
        call=fleet_calls.move_into_group,
        body=bodies.VMIds,
        answer=Group,
        act=Act.MANAGE_FLEET,
        path_id="group_id",
        errors=("group_not_found", "vm_not_found"),
        example={"vm_ids": ["server-02", "server-03"]},
    ),
    Route(
        method="POST",
        path="/remove-vm-from-group",
        name="removeVMFromGroup",
        summary="Take a VM out of a group; without `group_id`, out of its current one.",
        call=granted(fleet_calls.vm_of),
        body=wishes.RemoveVMFromGroup,
        answer=VM,
        act=Act.MANAGE_FLEET,
        errors=("vm_not_found", "group_not_found", "vm_not_in_group"),
        example={"vm_id": "server-02"},
    ),
    Route(
        method="POST",
        path="/rename-group",
        name="renameGroup",
        summary="Give a group another name.",
        call=granted(fleet_calls.group_of),
        body=wishes.RenameGroup,
        answer=Group,
        act=Act.MANAGE_FLEET,
        errors=("group_not_found", "group_exists"),
        example={"group_id": 1, "name": "Production EU"},
    ),
    Route(
        method="POST",
        path="/delete-group",
        name="deleteGroup",
        summary="Delete a group; its VMs stay, ungrouped.",
        call=granted(fleet_calls.nothing),
        body=wishes.DeleteGroup,
        answer=bodies.Done,
        act=Act.MANAGE_FLEET,
        errors=("group_not_found",),
        example={"group_id": 1},
    ),
    Route(
        method="POST",
        path="/setup",
        name="setup",
        summary="Make the first administrator with the one-time key that the server printed, and log in.",
        call=people_calls.set_up,
        has_page=True,
        body=bodies.Setup,
        answer=bodies.Done,
        status=201,
        repeatable=False,
        errors=("first_admin_key_invalid",),
        example={"key": "…", "email": "admin@example.com", "password": "correct horse battery"},
    ),
    Route(
        method="POST",
        path="/register",
        name="register",
        summary="Make an account for yourself, as far as the server allows it, and log in.",
        call=people_calls.register,
        has_page=True,
        body=bodies.Registration,
        answer=bodies.Done,
        status=201,
        repeatable=False,
        errors=(
            "registration_closed",
            "invite_needed",
            "invite_invalid",
            "domain_not_listed",
            "wrong_auth_mode",
            "person_exists",
            "too_many_tries",
        ),
        example={"email": "user@example.com", "password": "correct horse battery", "invite": "…"},
    ),
    Route(
        method="GET",
        path="/users",
        name="users",
        summary="Everybody who may log in.",
        call=people_calls.people,
        answer=list[PersonInfo],
        act=Act.ADMINISTER,
    ),
    Route(
        method="POST",
        path="/add-user",
        name="addUser",
        summary="Let a person in.",
        call=people_calls.add_user,
        body=bodies.AddUser,
        answer=PersonInfo,
        status=201,
        act=Act.ADMINISTER,
        errors=("person_exists", "wrong_auth_mode"),
        example={"email": "user@example.com", "role": "user", "password": "correct horse battery"},
    ),
    Route(
        method="POST",
        path="/edit-user",
        name="editUser",
        summary="Change a person's role or password, or lock them out.",
        call=people_calls.edit_user,
        body=bodies.EditUser,
        answer=PersonInfo,
        act=Act.ADMINISTER,
        errors=("person_not_found", "last_admin", "wrong_auth_mode"),
        example={"email": "user@example.com", "disabled": True},
    ),
    Route(
        method="POST",
        path="/invite",
        name="invite",
        summary="Invite somebody to register; the key is shown once.",
        call=people_calls.add_invite,
        body=bodies.AddInvite,
        answer=bodies.Invited,
        status=201,
        act=Act.ADMINISTER,
        errors=("registration_closed", "wrong_auth_mode"),
        example={"email": "user@example.com", "role": "user"},
    ),
    Route(
        method="GET",
        path="/tokens",
        name="tokens",
        summary="Your API tokens, without their secrets; for administrators, everybody's.",
        call=people_calls.tokens,
        answer=list[TokenInfo],
        errors=("login_required",),
    ),
    Route(
        method="POST",
        path="/add-token",
        name="addToken",
        summary="Make an API token for yourself, or as administrator for `email`; its secret is shown once.",
        call=people_calls.add_token,
        body=bodies.AddToken,
        answer=bodies.NewToken,
        status=201,
        act=Act.BOOK,
        errors=("admin_only", "person_not_found"),
        example={"name": "laptop", "scope": "write", "days": 90},
    ),
    Route(
        method="POST",
        path="/revoke-token",
        name="revokeToken",
        summary="End an API token at once.",
        call=people_calls.revoke_token,
        body=bodies.RevokeToken,
        answer=bodies.Done,
        act=Act.BOOK,
        errors=("token_not_found",),
        example={"id": "1f2e3d4c5b6a"},
    ),
    Route(
        method="GET",
        path="/healthz",
        name="healthz",
        summary="Liveness: the process answers.",
        call=health.alive,
        answer=bodies.Done,
    ),
    Route(
        method="GET",
        path="/readyz",
        name="readyz",
        summary="Readiness: the store can be written, and bookings end in time.",
        call=health.ready,
        answer=bodies.Done,
        errors=("not_ready",),
    ),
    Route(
        method="GET",
        path="/metrics",
        name="metrics",
        summary="Metrics for Prometheus; from another machine, for those who may see the fleet.",
        handler=health.MetricsHandler,
        answer=str,
        media=("text/plain",),
        errors=("login_required",),
    ),
    Route(
        method="GET",
        path="/openapi.json",
        name="openapi",
        summary="This API as an OpenAPI 3.1 document.",
        call=_openapi,
        answer=dict[str, Any],
    ),
    Route(
        method="GET",
        path="/docs",
        name="docs",
        summary="This API as a page that works offline.",
        handler=DocsHandler,
        answer=str,
        media=("text/html",),
    ),
)
