// The timeline as a table, for those who hear it or read it: the bookings of the stretch of time, VM by VM.

import {el} from "./dom.js"

const STEP = 200

export class TimeTable {
  constructor(desk) {
    this.desk = desk
    this.limit = STEP
    const {t} = desk
    this.body = el("tbody", {})
    this.caption = el("caption", {})
    this.more = el("button", {type: "button", onclick: () => {
      this.limit += STEP
      this.draw()
    }}, t("show-more"))
    const heads = ["vm", "holder", "from", "until", "outcome"].map((name) => el("th", {scope: "col"}, t(`column-${name}`)))
    this.element = el("div", {class: "twin", tabindex: "0", role: "group", "aria-label": t("timeline-table")},
      el("table", {class: "plain-table"}, this.caption, el("thead", {}, el("tr", {}, ...heads)), this.body), this.more)
  }

  show(rows, span) {
    Object.assign(this, {rows, span})
    this.draw()
  }

  // Only so many bookings are written down at once; the button gives more.
  draw() {
    const {desk, span} = this
    const found = []
    for (const row of this.rows) {
      for (const booking of desk.ledger.of(row.id)) {
        if (booking.end > span.from && (booking.start ?? span.from) < span.to) found.push([row, booking])
        if (found.length > this.limit) break
      }
    }
    const drawn = found.slice(0, this.limit)
    const key = `${this.limit} ${span.from} ${span.to} ${drawn.map(([{id}, {start, end, how}]) => `${id} ${start} ${end} ${how}`).join()}`
    this.more.hidden = found.length <= this.limit
    if (key === this.key) return
    this.key = key
    this.caption.textContent = `${desk.t("timeline-table")}, ${span.name(desk.words)}`
    this.body.replaceChildren(...drawn.map(([row, booking]) => el("tr", {}, el("th", {scope: "row"}, desk.cells.nameOf(row)), ...bookingCells(desk, booking))))
    if (drawn.length === 0) this.body.replaceChildren(el("tr", {}, el("td", {colspan: 5}, desk.t("no-bookings"))))
  }
}

// The cells of one booking: who, from, until, how it ended.
export function bookingCells(desk, {user, start, end, how}) {
  return [el("td", {class: "holder-of"}, user), el("td", {class: "from"}, start == null ? desk.t("earlier-than-shown") : desk.cells.momentOf(start, {dated: true})),
    el("td", {class: "until"}, desk.cells.momentOf(end, {dated: true})), el("td", {class: "outcome"}, desk.t(`how-${how.replace("_", "-")}`))]
}
