// The booking history: one's own of the last weeks, newest first; for administrators everybody's, with filters.

import {el} from "../app/dom.js"
import {button, table} from "./kit.js"

const PAGE = 200
const OWN_DAYS = 90
const DAY = 86_400_000
const FILTERS = [["user", "email"], ["vm", "text"], ["since", "date"], ["until", "date"]]

export async function showHistory(desk, place) {
  if (desk.page === "history") new Ledger(desk, place)
  else await showOwn(desk, place)
}

async function showOwn(desk, place) {
  const {t} = desk
  const since = new Date(Date.now() - OWN_DAYS * DAY).toISOString()
  const query = new URLSearchParams({user: desk.email, since})
  const answer = await desk.call(`/history?${query}`)
  place.append(el("h2", {}, t("admin-own-history")), el("p", {class: "about"}, t("admin-own-history-about", {days: OWN_DAYS})),
    answer.ok ? entries(desk, answer.data.records.reverse(), false) : el("p", {class: "problem", role: "alert"}, answer.message),
    el("p", {}, el("a", {href: `/history?${new URLSearchParams({user: desk.email, format: "csv"})}`, download: "history.csv"}, t("admin-csv"))))
}

function entries(desk, records, people) {
  const {t} = desk
  const columns = ["at", "what", "vm", ...people ? ["who"] : [], "end", "by"].map((name) => t(`admin-column-${name}`))
  const rows = records.map((each) => ({cells: [desk.day(each.start), t(`admin-did-${each.action === "release" ? each.reason ?? "cancelled" : each.action}`),
    each.vm_id, ...people ? [each.user] : [], desk.day(each.end), each.by != null && each.by !== each.user ? each.by : ""]}))
  return table(t("admin-history"), columns, rows, t("admin-no-history"))
}

class Ledger {
  constructor(desk, place) {
    Object.assign(this, {desk, cursors: [null], inputs: new Map()})
    const {t} = desk
    this.list = el("div", {})
    this.wrong = el("p", {class: "problem", role: "alert"})
    this.csv = el("a", {download: "history.csv"}, t("admin-csv"))
    this.newer = button(t("admin-next"), () => this.turn(1), {disabled: true})
    this.older = button(t("admin-previous"), () => this.turn(-1), {disabled: true})
    const form = el("form", {class: "filters", novalidate: true, onsubmit: (event) => this.filter(event)},
      ...FILTERS.map(([name, type]) => this.field(name, type)), el("button", {type: "submit", class: "primary"}, t("admin-filter")))
    place.append(el("p", {class: "about"}, t("admin-history-about")), form, this.wrong, this.list,
      el("div", {class: "tools"}, this.older, this.newer, this.csv))
    this.inputs.get("since").value = new Date(Date.now() - 7 * DAY).toISOString().slice(0, 10)
    this.read()
  }

  field(name, type) {
    const input = el("input", {id: name, type: type === "email" ? "text" : type, autocomplete: "off", "aria-describedby": `${name}-error`, maxlength: 300})
    this.inputs.set(name, input)
    return el("div", {class: "field"}, el("label", {for: name}, this.desk.t(`admin-filter-${name}`)), input,
      el("p", {class: "wrong", id: `${name}-error`, role: "alert"}))
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
    this.csv.href = `/history?${new URLSearchParams([...query, ["format", "csv"]])}`
    query.set("limit", PAGE)
    const cursor = this.cursors.at(-1)
    if (cursor) query.set("cursor", cursor)
    const answer = await this.desk.call(`/history?${query}`)
    for (const [name, input] of this.inputs) {
      const wrong = answer.fields?.[name] ?? ""
      document.getElementById(`${name}-error`).textContent = wrong
      input.setAttribute("aria-invalid", String(wrong !== ""))
    }
    this.wrong.textContent = answer.ok || Object.keys(answer.fields).some((name) => this.inputs.has(name)) ? "" : answer.message
    if (!answer.ok) return
    this.list.replaceChildren(entries(this.desk, answer.data.records, true))
    this.older.disabled = this.cursors.length < 2
    this.next = answer.data.cursor
    this.newer.disabled = this.next == null
  }
}
