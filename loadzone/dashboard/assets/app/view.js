// Which part of the fleet is shown, and how. It stands in the address, so that it can be shared and survives a reload:
// `view` names the part and the layout (`free`, `timeline`, `free-timeline`), then `group` (a number,
// or `none` for the VMs without one), `q`, and the open VM.

import {NO_GROUP, isSoon} from "./fleet.js"
import {recall, remember} from "./storage.js"

export const PARTS = ["all", "free", "mine", "expiring"]
export const LAYOUTS = ["table", "cards", "timeline", "groups"]
const REMEMBERED = "loadzone-layout"
const PHONE = matchMedia("(max-width: 599px)")

export class View extends EventTarget {
  constructor(fleet) {
    super()
    this.fleet = fleet
    this.read()
    addEventListener("popstate", () => {
      this.read()
      this.tell()
    })
  }

  read() {
    const query = new URLSearchParams(location.search)
    const named = (query.get("view") ?? "").split("-")
    const group = query.get("group") ?? ""
    // What is no number stays as it is, and is told to be no group.
    this.group = group === "" ? null : /^\d+$/.test(group) ? Number(group) : group
    this.name = named.find((name) => PARTS.includes(name)) ?? "all"
    this.chosen = named.find((name) => LAYOUTS.includes(name)) ?? null
    this.search = query.get("q") ?? ""
    this.vm = query.get("vm")
  }

  // The layout that the address names, else the one chosen last, else what suits the screen.
  get layout() {
    const last = recall(REMEMBERED)
    return this.chosen ?? (LAYOUTS.includes(last) ? last : PHONE.matches ? "cards" : "table")
  }

  // Choose a part or a group: a step that the browser's Back undoes. The list of groups shows no VMs, so it is left.
  choose({name = "all", group = null}) {
    const stay = this.layout !== "groups" ? this.chosen : null
    if (this.layout === "groups" && recall(REMEMBERED) === "groups") remember(REMEMBERED, PHONE.matches ? "cards" : "table")
    this.step({name, group, chosen: stay})
  }

  lay(layout) {
    remember(REMEMBERED, layout)
    this.step({chosen: layout})
  }

  // Show a VM's details, or none.
  open(vm) {
    this.step({vm})
  }

  step(state) {
    if (Object.entries(state).every(([key, value]) => this[key] === value)) return
    Object.assign(this, state)
    history.pushState(null, "", this.address())
    this.tell()
  }

  find(search) {
    this.search = search
    history.replaceState(null, "", this.address())
    this.tell()
  }

  tell() {
    this.dispatchEvent(new Event("change"))
  }

  address({name = this.name, chosen = this.chosen, group = this.group, search = this.search, vm = this.vm} = {}) {
    const query = new URLSearchParams()
    const named = [name === "all" ? null : name, chosen].filter(Boolean).join("-")
    if (named) query.set("view", named)
    if (group != null) query.set("group", group)
    if (search) query.set("q", search)
    if (vm) query.set("vm", vm)
    return query.size > 0 ? `?${query}` : location.pathname
  }

  // Whether a row belongs to what is shown; every word searched for must be found.
  shows(row) {
    if (this.group != null && (row.group_id ?? NO_GROUP) !== this.group) return false
    if (this.name === "expiring" ? !isSoon(row.until, this.fleet.now()) : this.name !== "all" && row.state !== this.name) return false
    return this.matches(row.searched)
  }

  matches(searched) {
    if (this.split !== this.search) {
      this.split = this.search
      this.words = this.search.toLowerCase().split(/\s+/).filter(Boolean)
    }
    return this.words.every((word) => searched.includes(word))
  }
}
