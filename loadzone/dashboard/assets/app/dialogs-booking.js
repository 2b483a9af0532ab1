// Book, renew, release: the dialogs of everybody.

import {Dialog, put} from "./dialog.js"
import {el} from "./dom.js"
import {offerOthers} from "./others.js"
import {undoable} from "./undo.js"

const PRESETS = [1, 4, 8]
const HOUR = 3_600_000

// Whether the hours as typed make sense here, and how long they are; the server decides.
export function typedHours(text, max) {
  const hours = Number.parseFloat(text.replace(",", "."))
  return /^\s*\d*[.,]?\d+\s*$/.test(text) && hours > 0 && hours <= max ? hours : null
}

// The field for hours with its presets; `untilNight` adds the one that ends with the viewer's day.
export class HoursField {
  constructor(dialog, legend, typed, {untilNight = false} = {}) {
    const {desk} = dialog
    this.dialog = dialog
    // In a notebook the server's limit is not known before it refuses.
    this.max = desk.boot.max_hours ?? Infinity
    const hint = this.max < Infinity ? desk.t("hours-hint", {max: this.max}) : desk.t("hours-hint-fractions")
    const field = dialog.field("hours", desk.t("hours-own"), {hint, inputmode: "decimal",
      value: typed.hours ?? "4", maxlength: 12})
    this.input = dialog.inputs.get("hours")
    this.presets = PRESETS.filter((hours) => hours <= this.max).map((hours) =>
      this.preset(desk.t("hours-preset", {n: hours}), () => String(hours), hours))
    if (untilNight) this.presets.push(this.preset(desk.t("until-night"), () => this.night(), "night"))
    this.element = el("fieldset", {}, el("legend", {}, legend), el("div", {class: "presets"}, ...this.presets), field)
  }

  preset(text, hours, name) {
    return el("button", {type: "button", "data-hours": name, "aria-pressed": "false", onclick: () => {
      this.input.value = hours()
      this.dialog.typedAnew()
    }}, text)
  }

  // Hours until midnight where the viewer is, cut to what is easily read: a little less, never more.
  night() {
    const now = this.dialog.desk.fleet.now()
    const hours = Math.floor((new Date(now).setHours(24, 0, 0, 0) - now) / HOUR * 100) / 100
    return String(Math.max(0.01, Math.min(hours, this.max))).replace(".", this.dialog.desk.boot.lang === "ru" ? "," : ".")
  }

  // The hours as typed, null while they make no sense; the preset that they are is marked.
  hours() {
    const hours = typedHours(this.input.value, this.max)
    const night = typedHours(this.night(), this.max)
    for (const button of this.presets) {
      const preset = button.dataset.hours === "night" ? night : Number(button.dataset.hours)
      button.setAttribute("aria-pressed", String(hours != null && preset === hours))
    }
    return hours
  }
}

// What became of a VM while a dialog was open.
export function meanwhile({fleet, words, t}, id) {
  const vm = fleet.vms.get(id)
  if (vm == null) return t("meanwhile-gone", {vm: id})
  const until = vm.expires_at ? words.until(Date.parse(vm.expires_at), fleet.now()) : ""
  return t(`meanwhile-${fleet.state(vm)}`, {vm: id, user: vm.booked_by, until})
}

export class BookingDialog extends Dialog {
  static on(desk, id, typed) {
    const vm = desk.fleet.vms.get(id)
    return vm ? new this(desk, vm, typed) : null
  }

  constructor(desk, kind, vm, options = {}) {
    super(desk, {kind, title: desk.t(`${kind}-title`, {vm: vm.id}), confirm: desk.t(`${kind}-confirm`), ...options})
    Object.assign(this, {vm, holder: vm.booked_by})
  }

  asked() {
    return {vm_id: this.vm.id, ...this.values()}
  }

  done(answer) {
    this.desk.fleet.hear(answer.data, answer.known)
    this.element.close()
  }

  // Show the state of the VM, which may have changed since the dialog opened, and the end that would follow.
  refresh() {
    const {fleet, words, cells, t} = this.desk
    const gone = !fleet.vms.has(this.vm.id)
    this.vm = fleet.vms.get(this.vm.id) ?? this.vm
    this.held = this.vm.booked_by != null
    this.until = this.held ? words.until(Date.parse(this.vm.expires_at), fleet.now()) : ""
    const state = gone ? "dialog-gone" : !this.held ? "dialog-free" : this.vm.booked_by === fleet.email ? "dialog-yours" : "dialog-held"
    put(this.about, t(state, {user: this.vm.booked_by, until: this.until}))
    const possible = !gone && cells.acts(this.vm, fleet.state(this.vm)).includes(this.kind)
    const outcome = this.outcome()
    put(this.result, possible && outcome != null ? outcome : "")
    put(this.changed, !gone && this.vm.booked_by === this.holder ? "" : meanwhile(this.desk, this.vm.id))
    this.allow(possible)
  }

  outcome() {
    return null
  }
}

export class BookDialog extends BookingDialog {
  constructor(desk, vm, typed) {
    super(desk, "book", vm)
    this.hours = new HoursField(this, desk.t("book-length"), typed, {untilNight: true})
    this.place.append(this.hours.element, this.field("purpose", desk.t("purpose"),
      {hint: desk.t("purpose-hint"), value: typed.purpose ?? "", maxlength: 400}))
  }

  // Who came too late is offered what else is free; what was typed goes along.
  refresh() {
    super.refresh()
    const late = this.held && this.vm.booked_by !== this.desk.fleet.email
    const told = late ? offerOthers(this.desk, this.vm, (other) => this.instead(other)) : null
    if (told?.textContent === this.others?.textContent) return
    this.others?.remove()
    this.others = told
    if (told) this.changed.after(told)
  }

  instead(other) {
    const typed = this.values()
    this.element.addEventListener("close", () => this.desk.dialogs.show("book", other, typed), {once: true})
    this.element.close()
  }

  outcome() {
    const {fleet, words, t} = this.desk
    const hours = this.hours.hours()
    return hours == null || this.held ? null : t("book-result", {end: words.moment(fleet.now() + hours * HOUR, fleet.now())})
  }
}

export class RenewDialog extends BookingDialog {
  constructor(desk, vm, typed) {
    super(desk, "renew", vm)
    this.hours = new HoursField(this, desk.t("renew-length"), typed)
    this.place.append(this.hours.element)
  }

  outcome() {
    const {fleet, words, t} = this.desk
    const hours = this.hours.hours()
    if (hours == null || !this.held) return null
    return t("renew-result", {end: words.moment(Date.parse(this.vm.expires_at) + hours * HOUR, fleet.now()), old: words.moment(this.vm.expires_at, fleet.now())})
  }
}

export class ReleaseDialog extends BookingDialog {
  constructor(desk, vm) {
    super(desk, "release", vm)
  }

  outcome() {
    const other = this.held && this.vm.booked_by !== this.desk.fleet.email
    this.confirm.classList.toggle("danger", other)
    return other ? this.desk.t("release-other", {user: this.vm.booked_by}) : null
  }

  news() {
    return undoable(this.desk, this.vm) ? [["released", this.vm.id]] : []
  }

  done(answer) {
    const before = this.vm
    super.done(answer)
    this.desk.dialogs.released([before])
  }
}
