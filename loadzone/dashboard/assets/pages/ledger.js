// A log with filters, page by page: what the booking history and the audit log of administrators share.

import {el} from "../app/dom.js"
import {button} from "./kit.js"

const DAYS = 7
const DAY = 86_400_000

// `filters` are [name, input type] or [name, [[value, text], …]] for a choice, and perhaps the key of a label; `draw`
// gets an answer's data; `csv` says that the same address gives a file too.
export class Ledger {
  constructor(desk, place, {path, about, limit, filters, draw, csv = false, order = null}) {
    Object.assign(this, {desk, path, limit, draw, order, cursors: [null], inputs: new Map()})
    const {t} = desk
    this.list = el("div", {})
    this.wrong = el("p", {class: "problem", role: "alert"})
    this.csv = csv ? el("a", {download: "history.csv"}, t("admin-csv")) : null
    this.newer = button(t("admin-next"), () => this.turn(1), {disabled: true})
    this.older = button(t("admin-previous"), () => this.turn(-1), {disabled: true})
    const form = el("form", {class: "filters", novalidate: true, onsubmit: (event) => this.filter(event)},
      ...filters.map((each) => this.field(...each)), el("button", {type: "submit", class: "primary"}, t("admin-filter")))
    place.append(el("p", {class: "about"}, about), form, this.wrong, this.list, el("div", {class: "tools"}, this.older, this.newer, this.csv ?? ""))
    this.fill()
    this.read()
  }

  field(name, type, label = `admin-filter-${name}`) {
    const attributes = {id: name, autocomplete: "off", "aria-describedby": `${name}-error`}
    const input = typeof type === "string" ? el("input", {...attributes, type: type === "email" ? "text" : type, maxlength: 300})
      : el("select", attributes, ...type.map(([value, text]) => el("option", {value}, text)))
    this.inputs.set(name, input)
    return el("div", {class: "field"}, el("label", {for: name}, this.desk.t(label)), input,
      el("p", {class: "wrong", id: `${name}-error`, role: "alert"}))
  }

  // What the address asks for; a person or a VM is asked about for all time.
  fill() {
    const asked = new URLSearchParams(location.search)
    for (const [name, input] of this.inputs) input.value = asked.get(name) ?? input.value
    if (asked.size === 0) this.inputs.get("since").value = localDay(new Date(this.desk.fleet.now() - DAYS * DAY))
  }

  // What was chosen stands in the address, so that it can be shared.
  keep() {
    const chosen = new URLSearchParams([...this.inputs].map(([name, input]) => [name, input.value.trim()]).filter(([, value]) => value))
    history.replaceState(null, "", chosen.size > 0 ? `?${chosen}` : location.pathname)
  }

  query() {
    const query = new URLSearchParams()
    for (const [name, input] of this.inputs) {
      const value = input.value.trim()
      if (!value) continue
      // Days are the viewer's; `until` means the whole of its day.
      const day = new Date(`${value}T00:00`)
      if (name === "until") day.setDate(day.getDate() + 1)
      query.set(name, input.type === "date" ? day.toISOString() : value)
    }
    return query
  }

  filter(event) {
    event.preventDefault()
    this.keep()
    this.cursors = [null]
    this.read()
  }

  turn(step) {
    if (step < 0) this.cursors.pop()
    else this.cursors.push(this.next)
    this.read()
  }

  async read() {
    const query = this.query()
    if (this.csv) this.csv.href = `${this.path}?${new URLSearchParams([...query, ["format", "csv"]])}`
    query.set("limit", this.limit)
    if (this.order) query.set("order", this.order)
    const cursor = this.cursors.at(-1)
    if (cursor) query.set("cursor", cursor)
    const answer = await this.desk.call(`${this.path}?${query}`)
    for (const [name, input] of this.inputs) {
      const wrong = answer.fields?.[name] ?? ""
      document.getElementById(`${name}-error`).textContent = wrong
      input.setAttribute("aria-invalid", String(wrong !== ""))
    }
    this.wrong.textContent = answer.ok || Object.keys(answer.fields).some((name) => this.inputs.has(name)) ? "" : answer.message
    // What was found before is not the answer to what is asked now.
    this.list.replaceChildren(...answer.ok ? [this.draw(answer.data)] : [])
    if (!answer.ok) return
    this.older.disabled = this.cursors.length < 2
    this.next = answer.data.cursor
    this.newer.disabled = this.next == null
  }
}

// The day of a moment on the viewer's clock, as a field for dates has it.
function localDay(moment) {
  const two = (number) => String(number).padStart(2, "0")
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}
