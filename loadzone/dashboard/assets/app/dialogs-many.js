// Several VMs in one go: book, release, move to a group, delete. Where not all may succeed, each VM has its result.

import {Dialog, put} from "./dialog.js"
import {HoursField, meanwhile} from "./dialogs-booking.js"
import {groupField} from "./dialogs-vm.js"
import {el} from "./dom.js"

// As many as a browser sends to one server at once.
const AT_ONCE = 6
const ACTS = {book_many: "book", release_many: "release", move_many: "edit_vm", delete_many: "delete_vm"}
const TYPES = {book_many: "booked", release_many: "released", move_many: "vms_moved", delete_many: "vm_deleted"}
const NAMED = 8
const TOLD = 3
const HOUR = 3_600_000

// The first few of `texts`, and a mark where there are more.
function some(texts, between, most) {
  return [...texts.slice(0, most), ...(texts.length > most ? ["…"] : [])].join(between)
}

// VMs with who holds each.
function held(vms) {
  return some(vms.map((vm) => `${vm.id} (${vm.booked_by})`), ", ", NAMED)
}

class ManyDialog extends Dialog {
  static on(desk, ids, typed) {
    return ids.length > 0 ? new this(desk, ids, typed) : null
  }

  constructor(desk, kind, ids, options = {}) {
    super(desk, {kind, title: desk.t(`${kind.replace("_", "-")}-title`), confirm: desk.t(`${kind.replace("_", "-")}-confirm`), ...options})
    // Those that the act fits at the beginning are asked for, whatever becomes of them: each has its result.
    this.opened = new Map(ids.map((id) => desk.fleet.vms.get(id)).filter((vm) => vm != null && this.fits(vm)).map((vm) => [vm.id, vm]))
    Object.assign(this, {ids, before: new Map()})
    this.results = el("ul", {class: "results", tabindex: "0", "aria-label": desk.t("results"), hidden: true})
    this.place.after(this.results)
  }

  fits() {
    return true
  }

  // Whether a VM is still what the dialog opened with, as far as the act heeds it.
  same(vm, before) {
    return vm.booked_by === before.booked_by
  }

  // Those of `ids` that are still in the fleet, as they are now.
  now(ids = this.opened.keys()) {
    return [...ids].map((id) => this.desk.fleet.vms.get(id)).filter(Boolean)
  }

  refresh() {
    if (this.over) return
    const {t, fleet} = this.desk
    const asked = [...this.opened.keys()]
    const told = asked.length === 0 ? t("many-none") : t("many-vms", {n: asked.length, names: some(asked, ", ", NAMED)})
    const left = this.ids.length - asked.length
    put(this.about, left > 0 && asked.length > 0 ? `${told} ${t("many-left", {n: left})}` : told)
    const fitting = this.now().filter((vm) => this.fits(vm))
    const outcome = this.outcome(fitting)
    put(this.result, fitting.length > 0 && outcome != null ? outcome : "")
    const others = asked.filter((id) => !fleet.vms.has(id) || !this.same(fleet.vms.get(id), this.opened.get(id)))
    put(this.changed, some(others.map((id) => meanwhile(this.desk, id)), "\n", TOLD))
    this.allow(fitting.length > 0)
  }

  outcome() {
    return null
  }

  // What is asked for a VM besides its id.
  more() {
    return {}
  }

  news(ids = [...this.opened.keys()]) {
    return ids.map((id) => [TYPES[this.kind], id])
  }

  // Each VM is asked for by itself, under a key of its own. A field that is wrong is wrong for all: the first one shows it.
  async send() {
    const asked = [...this.opened.keys()]
    this.before = new Map(this.now().map((vm) => [vm.id, vm]))
    const results = new Map()
    const one = async (id, at) => {
      const answer = await this.ask(ACTS[this.kind], {vm_id: id, ...this.more(this.before.get(id))}, `${this.key}-${at}`)
      results.set(id, {vm_id: id, ...answer ?? {ok: false, message: this.desk.t("no-answer")}})
      return answer
    }
    const first = await one(asked[0], 0)
    if (first == null || Object.keys(first.fields ?? {}).length > 0) return first
    const rest = asked.entries()
    rest.next()
    await Promise.all(Array.from({length: AT_ONCE}, async () => { for (const [at, id] of rest) await one(id, at) }))
    return {ok: true, results: asked.map((id) => results.get(id))}
  }

  done({results}) {
    const good = results.filter((each) => each.ok).map((each) => each.vm_id)
    this.desk.selection?.drop(good)
    this.desk.toasts?.leave(this.news(results.filter((each) => !each.ok).map((each) => each.vm_id)), false)
    this.succeeded(good)
    if (good.length === results.length) {
      this.element.close()
      return
    }
    this.over = true
    put(this.about, this.desk.t("many-results", {good: good.length, all: results.length}))
    this.result.textContent = this.changed.textContent = ""
    this.place.hidden = this.confirm.hidden = true
    this.results.hidden = false
    this.results.replaceChildren(...results.map((each) => this.row(each)))
    this.cancel.textContent = this.desk.t("close")
    this.cancel.focus()
  }

  row({vm_id, ok, message}) {
    return el("li", {class: ok ? "good" : "bad"}, el("span", {class: "shape", "aria-hidden": "true"}, ok ? "✓" : "✗"),
      el("strong", {}, vm_id), " ", ok ? this.desk.t("many-good") : this.localised(message))
  }

  succeeded(good) {
    if (good.length > 0) this.desk.toasts.show(this.desk.t(`${this.kind.replace("_", "-")}-done`, {n: good.length}), "success", null, true)
  }

  async submit(event) {
    if (this.over) event.preventDefault()
    else await super.submit(event)
  }

  typedAnew() {
    if (!this.over) super.typedAnew()
  }
}

export class BookManyDialog extends ManyDialog {
  constructor(desk, ids, typed) {
    super(desk, "book_many", ids)
    this.hours = new HoursField(this, desk.t("book-length"), typed, {untilNight: true})
    this.place.append(this.hours.element, this.field("purpose", desk.t("purpose"),
      {hint: desk.t("purpose-hint"), value: typed.purpose ?? "", maxlength: 400}))
  }

  fits(vm) {
    return vm.booked_by == null
  }

  outcome() {
    const {fleet, words, t} = this.desk
    const hours = this.hours.hours()
    return hours == null ? null : t("book-result", {end: words.moment(fleet.now() + hours * HOUR, fleet.now())})
  }

  more() {
    return {hours: this.value("hours"), purpose: this.value("purpose")}
  }
}

export class ReleaseManyDialog extends ManyDialog {
  constructor(desk, ids) {
    super(desk, "release_many", ids)
  }

  fits(vm) {
    return vm.booked_by != null && (vm.booked_by === this.desk.fleet.email || this.desk.boot.role === "admin")
  }

  outcome(vms) {
    const others = vms.filter((vm) => vm.booked_by !== this.desk.fleet.email)
    this.confirm.classList.toggle("danger", others.length > 0)
    return others.length > 0 ? this.desk.t("release-others", {n: others.length, names: held(others)}) : null
  }

  succeeded(good) {
    const before = good.map((id) => this.before.get(id)).filter(Boolean)
    const own = before.filter((vm) => vm.booked_by === this.desk.fleet.email)
    if (own.length > 0) this.desk.dialogs.released(own)
    else super.succeeded(good)
  }
}

export class MoveManyDialog extends ManyDialog {
  constructor(desk, ids, typed) {
    super(desk, "move_many", ids, {beside: {group_not_found: "group_id"}})
    this.place.append(groupField(this, typed.group_id ? Number(typed.group_id) : null))
  }

  same() {
    return true
  }

  more() {
    const group = this.value("group_id")
    return {group_id: group === "" ? null : Number(group)}
  }
}

export class DeleteManyDialog extends ManyDialog {
  constructor(desk, ids) {
    super(desk, "delete_many", ids, {danger: true})
  }

  outcome(vms) {
    const booked = vms.filter((vm) => vm.booked_by != null)
    return booked.length === 0 ? null : this.desk.t("delete-many-held", {n: booked.length, names: held(booked)})
  }

  // Only bookings that the dialog named end: one made this moment is refused and told.
  more(vm) {
    return {force: vm?.booked_by != null}
  }
}
