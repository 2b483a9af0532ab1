// What can be had instead of a VM that somebody else holds: the free ones of its group, else the next that becomes free.

import {el} from "./dom.js"

const OFFERED = 3

// The VMs of the same group: `free` ones, and the one that becomes free `next`.
export function othersOf({fleet, rows}, vm) {
  const group = rows.all().filter((row) => row.id !== vm.id && row.group_id === (vm.group ?? null))
  const held = group.filter(({until}) => until != null && until > fleet.now()).sort((one, other) => one.until - other.until)
  return {free: group.filter(({state}) => state === "free"), next: held[0] ?? null}
}

// The same in words, with buttons that go on with one of them: `act` gets its VM.
export function offerOthers(desk, vm, act) {
  const {t, words, fleet} = desk
  const {free, next} = othersOf(desk, vm)
  const shown = free.slice(0, OFFERED).map(({id}) => el("button", {type: "button", "data-key": `instead-${id}`,
    "aria-label": t("book-title", {vm: id}), onclick: () => act(fleet.vms.get(id))}, id))
  if (shown.length > 0) return el("div", {class: "instead"}, el("p", {}, t("instead-free", {n: free.length})), el("div", {class: "acts"}, ...shown))
  const until = vm.expires_at ? Date.parse(vm.expires_at) : Infinity
  const first = next != null && next.until < until ? next : null
  return el("div", {class: "instead"}, el("p", {}, first ? t("instead-next", {vm: first.id, when: words.when(first.until, fleet.now())}) : t("instead-none")))
}
