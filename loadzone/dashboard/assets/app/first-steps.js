// The first steps of an administrator, above a fleet that is still empty: bring VMs in, let people in, book one. What
// is done is ticked off. They go when all are done, or when they are dismissed, and do not come again.

import {el} from "./dom.js"
import {remember} from "./storage.js"

const MARKS = {done: "✓", "to-do": "○"}

export class FirstSteps {
  // `key` names them in the browser's storage, where `done` says which were done already.
  constructor(desk, key, done) {
    Object.assign(this, {desk, key, done: new Set(done.split(" ").filter(Boolean)), marks: new Map(), stop: new AbortController()})
    const {boot, t, fleet} = desk
    const go = (text, address) => el("a", {class: "go", href: address}, t(text))
    const act = el("button", {type: "button", class: "primary", onclick: () => desk.act("add_vm")}, t("add-vm-title"))
    const steps = [this.step("vms", act, go("steps-import", "/admin/import")),
      // In open mode an e-mail address is enough.
      boot.open ? null : this.step("people", go("steps-invite", "/admin/people")), this.step("book", this.book = el("button", {type: "button", disabled: true, onclick: () => this.bookFirst()}, t("book")))]
    this.element = el("section", {class: "first-steps", "aria-labelledby": "first-steps"},
      el("div", {class: "first-head"}, el("h2", {id: "first-steps"}, t("steps")), el("button", {type: "button", onclick: () => this.end()}, t("steps-dismiss"))),
      el("p", {}, t("steps-about")), el("ol", {}, ...steps.filter(Boolean)))
    desk.stage.place.before(this.element)
    for (const type of ["load", "change"]) fleet.addEventListener(type, () => this.look(), {signal: this.stop.signal})
    // Whoever was let in on another page, or in another tab, is known on coming back.
    for (const type of ["focus", "pageshow"]) addEventListener(type, () => this.countPeople(), {signal: this.stop.signal})
    this.look()
    void this.countPeople()
  }

  step(name, ...ways) {
    const {t} = this.desk
    const mark = el("span", {class: "shape", "aria-hidden": "true"})
    const told = el("span", {class: "unseen"})
    const item = el("li", {}, mark, el("div", {}, el("strong", {}, t(`steps-${name}`)), " ", told, el("small", {}, t(`steps-${name}-about`))),
      el("div", {class: "acts"}, ...ways))
    this.marks.set(name, {item, mark, told})
    return item
  }

  look() {
    const vms = [...this.desk.fleet.vms.values()]
    if (vms.length > 0) this.done.add("vms")
    this.book.disabled = !vms.some((vm) => vm.booked_by == null)
    if (vms.some((vm) => vm.booked_by != null)) this.done.add("book")
    this.draw()
  }

  // Any VM that is free will do for the first booking.
  bookFirst() {
    const free = this.desk.rows.all().find(({state}) => state === "free")
    if (free) this.desk.act("book", this.desk.fleet.vms.get(free.id))
  }

  async countPeople() {
    if (!this.marks.has("people") || this.done.has("people")) return
    const answer = await this.desk.person.fetch("/users", {headers: {Accept: "application/json"}}).catch(() => null)
    if (!answer?.ok || (await answer.json()).length < 2) return
    this.done.add("people")
    this.draw()
  }

  draw() {
    if (this.stop.signal.aborted) return
    for (const [name, {item, mark, told}] of this.marks) {
      const state = this.done.has(name) ? "done" : "to-do"
      item.className = state
      mark.textContent = MARKS[state]
      told.textContent = `(${this.desk.t(`steps-${state}`)})`
    }
    if ([...this.marks.keys()].every((name) => this.done.has(name))) this.end()
    else remember(this.key, [...this.done].join(" "))
  }

  // Over, by deed or by wish; the focus does not fall into nothing.
  end() {
    const held = this.element.contains(this.element.getRootNode().activeElement)
    this.stop.abort()
    this.element.remove()
    this.desk.steps = null
    remember(this.key, "over")
    this.desk.stage.redraw()
    if (held) this.desk.focusSearch?.()
  }
}
