// What a row of the fleet holds, and how its pieces look in the table, on cards and in a VM's details.

import {copyButton} from "./copy.js"
import {el} from "./dom.js"

const SHAPES = {free: "○", taken: "■", mine: "◆"}

export class Cells {
  constructor(desk) {
    this.desk = desk
  }

  // Rows

  row(vm) {
    const {fleet} = this.desk
    const [state, group] = [fleet.state(vm), fleet.groupName(vm)]
    const parts = [vm.id, group, vm.booked_by, vm.purpose, vm.internal_ip, vm.external_ip, vm.note, ...(vm.tags ?? [])]
    const addresses = [vm.internal_ip, vm.external_ip].filter(Boolean).join(" ")
    return {
      id: vm.id, state, group, group_id: vm.group ?? null, holder: vm.booked_by ?? "", addresses,
      purpose: vm.purpose ?? "", until: vm.expires_at ? Date.parse(vm.expires_at) : null,
      since: vm.booked_at ? Date.parse(vm.booked_at) : null, tags: (vm.tags ?? []).join(" "), note: vm.note ?? "",
      acts: this.acts(vm, state).join(" "), searched: parts.filter(Boolean).join(" ").toLowerCase(),
    }
  }

  // What is offered; the service decides again whatever is asked.
  acts(vm, state) {
    const {email, role} = this.desk.boot
    // Who is not logged in may book when they are: the button leads there and back.
    if (email == null) return this.desk.logIn && state === "free" ? ["book"] : []
    if (state === "free") return ["book"]
    if (state === "mine") return ["renew", "release"]
    return role === "admin" ? ["release"] : []
  }

  // Pieces

  stateOf(state) {
    return el("span", {class: `state ${state}`}, el("span", {class: "shape", "aria-hidden": "true"}, SHAPES[state]), this.desk.t(`state-${state}`))
  }

  // The state where there is no room for its word.
  shapeOf(state) {
    const word = this.desk.t(`state-${state}`)
    return el("span", {class: `state ${state}`, title: word}, el("span", {class: "shape", "aria-hidden": "true"}, SHAPES[state]), el("span", {class: "unseen"}, word))
  }

  // The VM's name; it opens the details.
  nameOf({id}) {
    return el("a", {class: "name", title: id, "data-key": "name", href: this.desk.view.address({vm: id}), onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      this.desk.view.open(id)
    }}, id)
  }

  chosenOf({id}) {
    const {selection, t} = this.desk
    return el("input", {type: "checkbox", class: "choose", "data-key": "choose", "data-choose": id, checked: selection.has(id),
      "aria-label": t("choose-vm", {vm: id}), onchange: (event) => selection.toggle(id, event.target.checked)})
  }

  holderOf({holder, purpose}) {
    return el("span", {class: "holder", title: [holder, purpose].filter(Boolean).join(" · ") || null}, el("span", {}, holder), purpose ? el("small", {}, purpose) : null)
  }

  momentOf(at, {dated = false} = {}) {
    if (at == null) return ""
    const {words, fleet} = this.desk
    const text = dated ? words.dated(at, fleet.now()) : words.moment(at, fleet.now())
    return el("time", {datetime: new Date(at).toISOString(), title: words.exact(at)}, text)
  }

  leftOf(until) {
    if (until == null) return ""
    return el("span", {class: "left", "data-until": until, title: this.desk.words.exact(until)}, this.desk.words.left(until - this.desk.fleet.now()))
  }

  whenOf(until) {
    return until == null ? "" : el("span", {class: "when"}, this.momentOf(until), this.leftOf(until))
  }

  addressesOf({addresses}) {
    return el("span", {class: "address-lines"}, ...addresses.split(" ").filter(Boolean).map((one) => copyButton(this.desk, one)))
  }

  tagsOf({tags}) {
    return el("span", {class: "tags"}, ...tags.split(" ").filter(Boolean).map((tag) => el("span", {class: "tag"}, tag)))
  }

  buttonsOf({id, acts}) {
    const buttons = acts.split(" ").filter(Boolean).map((act) => el("button", {
      type: "button", "data-act": act, class: act === "book" ? "primary" : "", "aria-label": this.desk.t(`${act}-title`, {vm: id}),
      onclick: () => this.desk.act(act, this.desk.fleet.vms.get(id)),
    }, this.desk.t(act)))
    return el("div", {class: "acts", "data-vm": id}, ...buttons)
  }
}

// Let the lengths of time below `place` run on; once a second.
export function countDown(place, {words, fleet}) {
  const now = fleet.now()
  for (const cell of place.querySelectorAll("[data-until]")) {
    const left = Number(cell.dataset.until) - now
    const text = words.left(left)
    if (cell.textContent !== text) cell.textContent = text
    cell.classList.toggle("soon", left < 600_000)
  }
}

// Let the boxes below `place` show what is chosen.
export function showChosen(place, selection) {
  for (const box of place.querySelectorAll("[data-choose]")) box.checked = selection.has(box.dataset.choose)
}
