"""`loadzone list`, `book`, `renew` and `release`: for a running server."""

from collections.abc import Callable

import click

from loadzone.cli.common import server_options, zone_of
from loadzone.cli.language import say
from loadzone.cli.people import print_table
from loadzone.cli.shape import Handler, command, option
from loadzone.domain.model import VM
from loadzone.domain.texts import for_json


def _hours(told: str) -> Callable[[Handler], Handler]:
    return option("--hours", type=float, required=True, told=told)


@command("list", told="cli-list")
@option("--free", is_flag=True, told="cli-list-free")
@option("--json", "as_json", is_flag=True, told="cli-list-json")
@server_options
def list_vms(free: bool, as_json: bool, url: str | None, token: str | None, email: str | None) -> None:
    """Print the VMs: who has them, and until when."""
    with zone_of(url, token, email) as zone:
        vms, groups = zone.fleet()
    shown = [vm for vm in vms if vm.booked_by is None or not free]
    if as_json:
        import msgspec

        click.echo(for_json(msgspec.json.format(msgspec.json.encode(shown)).decode()))
        return
    names = {group.id: group.name for group in groups}
    head = [say(f"cli-column-{name}") for name in ("id", "group", "state", "until", "purpose")]
    print_table([head, *(_row(vm, names.get(vm.group or 0, "")) for vm in shown)])


def _row(vm: VM, group: str) -> list[str]:
    from loadzone.i18n import moment

    until = moment(vm.expires_at) if vm.expires_at else ""
    return [vm.id, group, vm.booked_by or say("cli-free"), until, vm.purpose or ""]


@command("book", told="cli-book")
@click.argument("vm_id", metavar="VM")
@_hours("cli-book-hours")
@option("--purpose", metavar="TEXT", told="cli-book-purpose")
@server_options
def book(
    *, vm_id: str, hours: float, purpose: str | None, url: str | None, token: str | None, email: str | None
) -> None:
    """Hold a free VM."""
    with zone_of(url, token, email) as zone:
        vm = zone.book(vm_id, hours, purpose)
    click.echo(say("cli-booked", vm_id=vm.id, until=vm.expires_at))


@command("renew", told="cli-renew")
@click.argument("vm_id", metavar="VM")
@_hours("cli-renew-hours")
@server_options
def renew(vm_id: str, hours: float, url: str | None, token: str | None, email: str | None) -> None:
    """Move the end of one's booking."""
    with zone_of(url, token, email) as zone:
        vm = zone.renew(vm_id, hours)
    click.echo(say("cli-booked", vm_id=vm.id, until=vm.expires_at))


@command("release", told="cli-release")
@click.argument("vm_id", metavar="VM")
@server_options
def release(vm_id: str, url: str | None, token: str | None, email: str | None) -> None:
    """End a booking now."""
    with zone_of(url, token, email) as zone:
        vm = zone.release(vm_id)
    click.echo(say("cli-released", vm_id=vm.id))
