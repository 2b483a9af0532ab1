// The bar below the fleet while VMs are chosen: how many, and what can be done with them in one go.

import {el} from "./dom.js"

const ACTS = [["book_many", "book"], ["release_many", "release"], ["move_many", "move"], ["delete_many", "delete"]]
const CLASSES = {book_many: "primary", delete_many: "risky"}
const GAP = 8

export class SelectionBar {
  constructor(desk, host) {
    Object.assign(this, {desk, ids: []})
    const {t, selection, fleet} = desk
    this.count = el("p", {role: "status"})
    this.buttons = new Map(ACTS.map(([kind, text]) => [kind, el("button", {type: "button", class: CLASSES[kind] ?? "",
      onclick: () => desk.dialogs.show(kind, [...selection.ids])}, t(text))]))
    this.clear = el("button", {type: "button", onclick: () => selection.clear()}, t("select-none"))
    this.element = el("section", {class: "selection-bar", "aria-label": t("selection"), hidden: true}, this.count,
      ...this.buttons.values(), this.clear)
    // Before the toasts, which the style sheet lifts above it.
    host.prepend(this.element)
    selection.onChange(() => this.draw())
    fleet.addEventListener("change", ({detail}) => this.changed(detail))
    fleet.addEventListener("load", () => selection.drop([...selection.ids].filter((id) => !fleet.vms.has(id))))
    new ResizeObserver(() => this.makeRoom()).observe(this.element)
    addEventListener("resize", () => this.makeRoom())
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") selection.clear() })
  }

  changed({vms, removed}) {
    const {selection} = this.desk
    if (selection.size === 0) return
    selection.drop(removed)
    if (vms.some((vm) => selection.has(vm.id))) this.draw()
  }

  // What fits none of the chosen is not offered.
  draw() {
    const {desk: {selection, fleet, boot, t}} = this
    const vms = [...selection.ids].map((id) => fleet.vms.get(id)).filter(Boolean)
    const admin = boot.role === "admin"
    const offered = {
      book_many: boot.email != null && vms.some((vm) => vm.booked_by == null),
      release_many: vms.some((vm) => vm.booked_by != null && (admin || vm.booked_by === boot.email)),
      move_many: admin, delete_many: admin,
    }
    for (const [kind, button] of this.buttons) button.hidden = !offered[kind]
    const text = t("selected", {n: vms.length})
    if (this.count.textContent !== text) this.count.textContent = text
    this.element.hidden = selection.size === 0
    this.makeRoom()
  }

  // The fleet ends above the bar, so that its last row can be seen.
  makeRoom() {
    const {place} = this.desk.stage
    const covered = this.element.hidden ? 0 : place.getBoundingClientRect().bottom - this.element.getBoundingClientRect().top + GAP
    place.style.paddingBottom = `${Math.max(0, Math.ceil(covered))}px`
  }
}
