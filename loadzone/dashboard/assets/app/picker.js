// Picks VMs by search: a box for words, the VMs that fit as check boxes, and those picked as buttons that give them up.

import {el} from "./dom.js"

const SHOWN = 50

export class Picker {
  // `offered` gives the VMs to choose from, as they are now.
  constructor(desk, {name, offered, picked = []}) {
    Object.assign(this, {desk, offered, picked: new Set(picked), drawn: ""})
    const {t} = desk
    this.input = el("input", {id: `${name}-search`, type: "search", autocomplete: "off", placeholder: t("pick-search"), role: "searchbox",
      "aria-describedby": `${name}-hint ${name}-error`, oninput: () => this.draw(), onkeydown: (event) => this.key(event)})
    this.chips = el("ul", {class: "chips", "aria-label": t("picked")})
    this.list = el("ul", {class: "choices", "aria-label": t("pick-choices"), tabindex: "-1"})
    this.more = el("p", {class: "more", role: "status"})
    this.element = el("div", {class: "picker", id: name}, this.input, this.chips, this.list, this.more)
    this.draw()
  }

  get value() {
    return [...this.picked]
  }

  focus() {
    this.input.focus()
  }

  // Enter picks the first that fits instead of sending the form; with nothing searched it sends.
  key(event) {
    if (event.key !== "Enter" || this.input.value.trim() === "") return
    event.preventDefault()
    const first = this.found().find((vm) => !this.picked.has(vm.id))
    if (first) this.pick(first.id, true)
    this.input.value = ""
    this.draw()
  }

  pick(id, on) {
    if (on) this.picked.add(id)
    else this.picked.delete(id)
    this.draw()
    this.element.dispatchEvent(new Event("input", {bubbles: true}))
  }

  found() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean)
    const text = (vm) => [vm.id, this.desk.fleet.groupName(vm), vm.internal_ip, vm.external_ip, ...(vm.tags ?? [])].join(" ").toLowerCase()
    return this.offered().filter((vm) => words.every((word) => text(vm).includes(word)))
  }

  // VMs that are gone are no longer picked. The list keeps the focus where it is while it changes.
  draw() {
    const {t, fleet} = this.desk
    for (const id of this.picked) if (!fleet.vms.has(id)) this.picked.delete(id)
    const found = this.found()
    const shown = found.slice(0, SHOWN)
    const key = JSON.stringify([this.value, shown.map((vm) => [vm.id, vm.group])])
    const rest = found.length - shown.length
    this.more.textContent = found.length === 0 ? t("pick-none") : rest > 0 ? t("pick-more", {n: rest}) : ""
    if (key === this.drawn) return
    this.drawn = key
    const root = this.element.getRootNode()
    const at = this.element.contains(root.activeElement) ? root.activeElement?.dataset.key : null
    this.chips.replaceChildren(...this.value.map((id) => el("li", {}, el("button", {type: "button", "data-key": `chip-${id}`,
      "aria-label": t("unpick", {vm: id}), onclick: () => this.unpick(id)}, id, el("span", {"aria-hidden": "true"}, " ×")))))
    this.list.replaceChildren(...shown.map((vm) => this.choice(vm)))
    if (at) this.element.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus()
  }

  unpick(id) {
    this.pick(id, false)
    this.input.focus()
  }

  choice(vm) {
    const box = el("input", {type: "checkbox", "data-key": `box-${vm.id}`, oninput: (event) => event.stopPropagation(),
      onchange: () => this.pick(vm.id, box.checked)})
    box.checked = this.picked.has(vm.id)
    const group = this.desk.fleet.groupName(vm)
    return el("li", {}, el("label", {}, box, el("span", {}, vm.id), group ? el("small", {}, group) : null))
  }
}
