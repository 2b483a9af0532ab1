// The dialogs: book, renew, release. Native <dialog> elements hold the focus, close on Escape and give the focus back.
// What was typed is sent as typed and judged by Python; errors stand beside their field; nothing typed is lost.

import {newId} from "./commands.js"
import {el, focused} from "./dom.js"

const PRESETS = [1, 4, 8]
const HOUR = 3_600_000
const DRAFT = "loadzone-draft"

export class Dialogs {
  constructor(desk, host) {
    Object.assign(this, {desk, host, open: null})
    desk.fleet.addEventListener("change", () => this.open?.refresh())
    desk.fleet.addEventListener("load", () => this.open?.refresh())
    setInterval(() => this.open?.refresh(), 1000)
  }

  show(act, vm, typed = {}) {
    if (this.open) return
    const back = focused()
    this.open = new BookingDialog(this.desk, act, vm, typed)
    this.open.element.addEventListener("close", () => {
      const {vm: {id}} = this.open
      this.open.element.remove()
      this.open = null
      if (back?.isConnected && back.matches(":enabled, a, [tabindex]")) back.focus()
      else this.desk.table?.focusRow(id)
    })
    this.host.append(this.open.element)
    this.open.element.showModal()
    this.open.begin()
  }

  // A page that must load itself again keeps what stands in its dialog.
  keep() {
    if (this.open) sessionStorage.setItem(DRAFT, JSON.stringify(this.open.draft()))
  }

  restore() {
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null")
    sessionStorage.removeItem(DRAFT)
    const vm = draft && this.desk.fleet.vms.get(draft.vm_id)
    if (vm) this.show(draft.act, vm, draft)
  }
}

class BookingDialog {
  constructor(desk, act, vm, typed) {
    Object.assign(this, {desk, act, vm, id: newId(), busy: false})
    const {t} = this.words()
    this.heading = el("h2", {id: "dialog-title"}, t(`${act}-title`, {vm: vm.id}))
    this.about = el("p", {class: "about", id: "dialog-about"})
    this.result = el("p", {class: "result", role: "status"})
    this.problem = el("p", {class: "problem", role: "alert", id: "dialog-problem"})
    this.confirm = el("button", {type: "submit", class: "primary"}, t(`${act}-confirm`))
    this.cancel = el("button", {type: "button", onclick: () => this.element.close()}, t("cancel"))
    const form = el("form", {novalidate: true, onsubmit: (event) => this.submit(event), oninput: () => this.typedAnew()},
      this.heading, this.about, ...this.fields(typed), this.result, this.problem,
      el("div", {class: "buttons"}, this.cancel, this.confirm))
    this.element = el("dialog", {"aria-labelledby": "dialog-title", "aria-describedby": "dialog-about"}, form)
    this.refresh()
  }

  words() {
    const words = this.desk.words
    return {words, t: (key, data) => words.t(key, data)}
  }

  fields(typed) {
    if (this.act === "release") return []
    const {t} = this.words()
    this.hours = el("input", {id: "hours", inputmode: "decimal", autocomplete: "off", value: typed.hours ?? "4",
      "aria-describedby": "hours-hint hours-error", maxlength: 12})
    const presets = PRESETS.map((hours) => el("button", {type: "button", "data-hours": hours, "aria-pressed": "false",
      onclick: () => this.preset(hours)}, t("hours-preset", {n: hours})))
    const length = el("fieldset", {}, el("legend", {}, t(`${this.act}-length`)),
      el("div", {class: "presets"}, ...presets),
      ...this.field(this.hours, t("hours-own"), t("hours-hint", {max: this.desk.boot.max_hours})))
    if (this.act === "renew") return [length]
    this.purpose = el("input", {id: "purpose", autocomplete: "off", value: typed.purpose ?? "", maxlength: 400,
      "aria-describedby": "purpose-hint purpose-error"})
    return [length, el("div", {}, ...this.field(this.purpose, t("purpose"), t("purpose-hint")))]
  }

  field(input, label, hint) {
    return [el("label", {for: input.id}, label), input, el("small", {id: `${input.id}-hint`}, hint),
      el("p", {class: "wrong", id: `${input.id}-error`, role: "alert"})]
  }

  begin() {
    const first = this.hours ?? this.confirm
    first.focus()
    this.hours?.select()
  }

  preset(hours) {
    this.hours.value = String(hours)
    this.typedAnew()
  }

  draft() {
    return {act: this.act, vm_id: this.vm.id, hours: this.hours?.value, purpose: this.purpose?.value}
  }

  // Another wish than the one before: its error no longer holds, and it is granted on its own.
  typedAnew() {
    this.id = newId()
    this.tell({})
    this.refresh()
  }

  // Show the state of the VM, which may have changed since the dialog opened, and the end that would follow.
  refresh() {
    const {words, t} = this.words()
    const {fleet} = this.desk
    const now = fleet.now()
    this.vm = fleet.vms.get(this.vm.id) ?? this.vm
    const gone = !fleet.vms.has(this.vm.id)
    const held = this.vm.booked_by != null
    const until = held ? words.moment(this.vm.expires_at, now) : ""
    const state = gone ? "dialog-gone" : held ? (this.vm.booked_by === fleet.email ? "dialog-yours" : "dialog-held") : "dialog-free"
    put(this.about, t(state, {user: this.vm.booked_by, until}))
    if (this.act === "release") {
      put(this.result, held && this.vm.booked_by !== fleet.email ? t("release-other", {user: this.vm.booked_by}) : "")
      return
    }
    const hours = Number.parseFloat(this.hours.value.replace(",", "."))
    const valid = /^\s*\d*[.,]?\d+\s*$/.test(this.hours.value) && hours > 0 && hours <= this.desk.boot.max_hours
    const start = this.act === "renew" && held ? Date.parse(this.vm.expires_at) : now
    put(this.result, valid ? this.outcome(start + hours * HOUR, until, now) : "")
    for (const button of this.element?.querySelectorAll("[data-hours]") ?? []) {
      button.setAttribute("aria-pressed", String(valid && Number(button.dataset.hours) === hours))
    }
  }

  outcome(end, old, now) {
    const {words, t} = this.words()
    const data = {end: words.moment(end, now), old}
    return this.act === "renew" ? t("renew-result", data) : t("book-result", data)
  }

  async submit(event) {
    event.preventDefault()
    if (this.busy) return
    this.wait(true)
    const {act, vm_id, ...typed} = this.draft()
    const answer = await this.desk.commands.ask(act, {vm_id, ...defined(typed)}, {id: this.id})
    this.wait(false)
    if (answer == null) {
      this.tell({message: this.words().t("no-answer")})
      this.desk.guard.checkPython()
    } else if (answer.ok) {
      if (answer.vm) this.desk.fleet.hear(answer.vm, answer.seq)
      this.element.close()
    } else {
      this.id = newId()
      this.tell(answer)
    }
  }

  wait(busy) {
    this.busy = busy
    this.confirm.setAttribute("aria-disabled", String(busy))
    this.element.classList.toggle("busy", busy)
  }

  // Put each error beside its field, what belongs to none below, and the focus on the first wrong field.
  tell({message = "", fields = {}}) {
    let first = null
    for (const input of [this.hours, this.purpose].filter(Boolean)) {
      const wrong = fields[input.id]
      put(this.element.querySelector(`#${input.id}-error`), wrong ?? "")
      input.setAttribute("aria-invalid", String(wrong != null))
      first ??= wrong != null ? input : null
    }
    const now = this.desk.fleet.now()
    const local = message ? this.desk.words.local(message, now) : null
    put(this.problem, first ? "" : [message, local].filter(Boolean).join(" "))
    first?.focus()
  }
}

function defined(data) {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text
}
