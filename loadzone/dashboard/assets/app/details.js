// A VM's details: where it is, who has it, its week, and who had it before, page by page back in time.

import {bars, nowLine, scale} from "./bars.js"
import {countDown} from "./cells.js"
import {el} from "./dom.js"
import {fold} from "./ledger.js"
import {offerOthers} from "./others.js"
import {Span} from "./span.js"
import {bookingCells} from "./timetable.js"

const DAY = 86_400_000
const PAGE = 20
const FIRST = 14 * DAY
const RETRY = 20_000

export class Details {
  constructor(desk, host) {
    Object.assign(this, {desk, host, id: null})
    const {t} = desk
    this.heading = el("h2", {id: "details-title", tabindex: "-1"})
    this.close = el("button", {type: "button", class: "quiet", "aria-label": t("close"), onclick: () => this.element.close()}, "×")
    this.now = el("div", {class: "details-now"})
    this.facts = el("dl", {class: "facts"})
    this.week = el("div", {class: "small-week", "aria-hidden": "true"})
    this.rows = el("tbody", {})
    this.note = el("p", {class: "hint", role: "status"})
    this.earlier = el("button", {type: "button", onclick: () => this.more()}, t("show-earlier"))
    const heads = ["holder", "from", "until", "outcome"].map((name) => el("th", {scope: "col"}, t(`column-${name}`)))
    this.history = el("div", {class: "history"}, el("table", {class: "plain-table"}, el("caption", {class: "unseen"}, t("history")),
      el("thead", {}, el("tr", {}, ...heads)), this.rows), this.note, this.earlier)
    this.past = [el("h3", {}, t("this-week")), this.week, el("h3", {}, t("history")), this.history]
    this.element = el("dialog", {class: "details", "aria-labelledby": "details-title", onclick: (event) => {
      if (event.target === this.element) this.element.close()
    }}, el("div", {class: "details-body"}, el("div", {class: "details-head"}, this.heading, this.close), this.now, this.facts, ...this.past))
    this.element.addEventListener("close", () => this.closed())
    host.append(this.element)
    for (const type of ["load", "change"]) desk.fleet.addEventListener(type, ({detail}) => this.changed(detail))
    desk.source.addEventListener("online", () => this.retry())
    desk.every(RETRY, () => this.retry())
    desk.every(1000, () => countDown(this.element, desk))
  }

  // Show what the address names.
  look() {
    const {vm} = this.desk.view
    if (vm === this.id) return
    this.id = vm
    if (vm == null) {
      this.element.close()
      return
    }
    Object.assign(this, {records: [], from: null, first: undefined, limit: PAGE, failed: false})
    this.draw()
    if (!this.element.open) this.element.showModal()
    this.element.scrollTop = 0
    this.heading.focus()
    void this.read()
  }

  closed() {
    const {id} = this
    this.id = null
    if (this.desk.view.vm != null) this.desk.view.open(null)
    if (id != null) this.desk.stage.focusRow(id)
  }

  changed({vms, removed} = {}) {
    if (this.id == null || (vms && !vms.some(({id}) => id === this.id) && !removed.includes(this.id))) return
    this.draw()
    void this.read()
  }

  // Read what is shown, the last days at first. The moment of the first record says how far back there is anything.
  async read() {
    const turn = this.turn = (this.turn ?? 0) + 1
    const {id} = this
    const since = this.from ?? this.desk.fleet.now() - FIRST
    const [first, recent] = await Promise.all([this.first === undefined ? this.firstRecord(id) : this.first, this.desk.records({vm: id, since})])
    if (turn !== this.turn || id !== this.id) return
    Object.assign(this, {first, failed: first === undefined || recent == null})
    if (recent) Object.assign(this, {from: this.from ?? since, records: [...this.records.filter(({start}) => Date.parse(start) < since), ...recent]})
    if (this.desk.fleet.vms.has(id)) this.drawHistory()
    else this.draw()
  }

  // What could not be read is read when the server is back.
  retry() {
    if (this.id != null && this.failed) void this.read()
  }

  // Another page: bookings that were read already, else a longer stretch of the past.
  async more() {
    const {id} = this
    this.limit += PAGE
    let step = FIRST
    while (this.id === id && this.bookings().length < this.limit && this.reachesBack()) {
      const since = this.from - step
      const records = await this.desk.records({vm: id, since, until: this.from})
      if (id !== this.id) return
      this.failed = records == null
      if (records == null) break
      Object.assign(this, {records: [...records, ...this.records], from: since})
      step *= 2
    }
    this.drawHistory()
  }

  reachesBack() {
    return this.first != null && this.from > this.first
  }

  // Whether anybody ever had it, as far as could be read.
  had() {
    return this.first != null || this.records.length > 0
  }

  bookings() {
    return fold(this.records, this.desk.fleet.vms.get(this.id), this.desk.fleet.now()).reverse()
  }

  draw() {
    const {desk, id} = this
    const {cells, t} = desk
    this.heading.textContent = id
    const vm = desk.fleet.vms.get(id)
    this.facts.hidden = vm == null
    for (const each of this.past) each.hidden = vm == null && !this.had()
    if (vm == null) {
      this.drawMissing()
      return
    }
    const row = desk.rows.row(vm)
    const at = this.now.getRootNode().activeElement
    const act = this.now.contains(at) ? at.dataset.act : null
    this.now.replaceChildren(el("p", {}, cells.stateOf(row.state), row.holder ? ` ${row.holder}` : ""),
      row.until == null ? "" : el("p", {}, t("until-moment"), " ", cells.momentOf(row.until), " · ", cells.leftOf(row.until)),
      cells.buttonsOf(row), row.state === "taken" ? offerOthers(desk, vm, (other) => this.instead(other)) : "", desk.boot.role === "admin" ? this.adminButtons(vm) : "")
    if (act) (this.now.querySelector(`[data-act="${act}"]`) ?? this.now.querySelector("button") ?? this.heading).focus()
    const fact = (name, value) => (value ? [el("dt", {}, t(`column-${name}`)), el("dd", {}, value)] : [])
    this.facts.replaceChildren(...fact("group", row.group || t("ungrouped")), ...fact("purpose", row.purpose),
      ...fact("since", row.since == null ? null : cells.momentOf(row.since)), ...fact("address", row.addresses && cells.addressesOf(row)),
      ...fact("tags", row.tags && cells.tagsOf(row)), ...fact("note", row.note))
    this.drawHistory()
  }

  // Another VM is wanted: its dialog takes the place of these details.
  instead(other) {
    this.element.close()
    this.desk.act("book", other)
  }

  // A name that the fleet does not have may be one that it had: only the history knows.
  drawMissing() {
    const {desk} = this
    const reading = desk.fleet.seq == null || (this.first === undefined && !this.failed)
    const why = reading ? "loading" : this.had() ? "dialog-gone" : "no-such-vm"
    const all = el("button", {type: "button", onclick: () => {
      desk.view.choose({})
      this.element.close()
    }}, desk.t("view-all"))
    this.now.replaceChildren(el("p", {}, desk.t(why)), reading ? "" : el("div", {class: "acts"}, all))
    this.drawHistory()
  }

  adminButtons(vm) {
    const {desk} = this
    const kinds = {edit_vm: "edit", ...vm.group == null ? {} : {remove_from_group: "remove-from-group"}, delete_vm: "delete-vm"}
    return el("div", {class: "acts"}, ...Object.entries(kinds).map(([kind, text]) => el("button", {type: "button", "data-act": kind, class: kind === "delete_vm" ? "risky" : null,
      onclick: () => desk.act(kind, vm)}, desk.t(text))))
  }

  drawHistory() {
    const {desk} = this
    const bookings = this.bookings()
    const now = desk.fleet.now()
    const week = Span.week(now)
    this.week.replaceChildren(el("div", {class: "axis"}, ...scale(desk, week, 420)), el("div", {class: "track"}, ...bars(desk, [...bookings].reverse(), week), nowLine(desk, week) ?? ""))
    const shown = bookings.slice(0, this.limit)
    this.rows.replaceChildren(...shown.map((booking) => el("tr", {}, ...bookingCells(desk, booking))))
    this.rows.parentElement.hidden = shown.length === 0
    this.note.textContent = this.failed ? desk.t("history-failed") : this.from == null ? desk.t("loading")
      : bookings.length === 0 ? desk.t(this.reachesBack() ? "no-bookings-lately" : "no-bookings-ever") : ""
    this.earlier.hidden = !(bookings.length > this.limit || this.reachesBack())
  }

  // When the first record of a VM was written; null when there is none, undefined when nobody could be asked.
  async firstRecord(id) {
    const found = await this.desk.records({vm: id, limit: 1})
    if (found == null) return undefined
    return found[0] ? Date.parse(found[0].start) : null
  }
}
