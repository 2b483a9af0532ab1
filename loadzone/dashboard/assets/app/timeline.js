// The fleet in time: a row a VM, bars of who had it and has it now. Today, the week, any stretch: zoom and pan.

import {bars, legend, nowLine, scale} from "./bars.js"
import {el, svg} from "./dom.js"
import {Ledger} from "./ledger.js"
import {Span, midnight} from "./span.js"
import {TimeTable} from "./timetable.js"
import {Virtual} from "./virtual.js"
import {Widths} from "./widths.js"

const HEIGHT = 42
// The column of ids is as wide as they are, between these: pixels, and a share of the whole. Beside an id stands its state.
const [WHO_LEAST, WHO_SHARE, BESIDE] = [112, 0.4, 20]
const ICONS = {back: "M15 5l-7 7 7 7 1.4-1.4L10.8 12l5.6-5.6z", on: "M9 5l7 7-7 7-1.4-1.4 5.6-5.6-5.6-5.6z", in: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z", out: "M5 11h14v2H5z"}
const KEYS = {ArrowLeft: (span) => span.move(-0.25), ArrowRight: (span) => span.move(0.25), "+": (span) => span.zoom(0.5), "=": (span) => span.zoom(0.5), "-": (span) => span.zoom(2)}

export class Timeline {
  constructor(desk) {
    Object.assign(this, {desk, visible: false, tabled: false, held: false})
    desk.ledger ??= new Ledger(desk)
    this.named = el("strong", {class: "span-name", role: "status"})
    this.note = el("p", {class: "hint", role: "status"})
    this.axis = el("div", {class: "axis", "aria-hidden": "true"})
    this.scroller = el("div", {class: "time-rows"})
    this.chart = el("div", {class: "chart", role: "group", "aria-label": desk.t("timeline-label"), tabindex: "0"},
      el("div", {class: "axis-row"}, el("span", {class: "corner"}), this.axis), this.scroller, legend(desk))
    this.nothing = el("div", {})
    this.twin = new TimeTable(desk)
    this.element = el("div", {class: "timeline"}, el("div", {class: "time-bar"}, ...this.buttons()), this.note, this.chart, this.twin.element, this.nothing)
    this.twin.element.hidden = true
    this.tools = []
    this.redraw = () => this.paint()
    this.list = new Virtual(this.scroller, {height: HEIGHT, draw: (row) => this.row(row), label: desk.t("timeline-label")})
    this.listen()
  }

  buttons() {
    const {t} = this.desk
    const now = () => this.desk.fleet.now()
    const icon = (name, act) => el("button", {type: "button", class: "tool icon-only", "aria-label": t(`time-${name}`), title: t(`time-${name}`), onclick: act}, svg(ICONS[name], 18))
    this.today = el("button", {type: "button", class: "tool", onclick: () => this.look(Span.today(now()))}, t("today"))
    this.week = el("button", {type: "button", class: "tool", onclick: () => this.look(Span.week(now()))}, t("week"))
    this.twinButton = el("button", {type: "button", class: "tool turn", "aria-pressed": "false", onclick: () => this.turn()}, t("as-table"))
    return [this.today, this.week, icon("back", () => this.look(this.span.move(-1))), icon("on", () => this.look(this.span.move(1))),
      icon("out", () => this.look(this.span.zoom(2))), icon("in", () => this.look(this.span.zoom(0.5))), this.named, this.twinButton]
  }

  listen() {
    const {desk, chart} = this
    this.widths = new Widths(desk, this.element, (_field, row) => desk.cells.nameOf(row))
    desk.ledger.addEventListener("change", () => this.later())
    desk.fleet.addEventListener("change", ({detail: {vms}}) => {
      if (this.widths.outgrownBy(vms.map((vm) => desk.rows.row(vm)))) this.widths.forget()
      this.later()
    })
    desk.fleet.addEventListener("load", () => this.widths.forget())
    // A fleet that was read anew has no history yet, and what could not be read can be when the server is back.
    desk.fleet.addEventListener("load", () => this.again())
    desk.source.addEventListener("online", () => this.again())
    chart.addEventListener("keydown", (event) => {
      if (event.target !== chart || !(event.key in KEYS) || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      this.look(KEYS[event.key](this.span))
    })
    chart.addEventListener("wheel", (event) => this.wheel(event), {passive: false})
    chart.addEventListener("pointerdown", (event) => this.grab(event))
    new ResizeObserver(() => this.later()).observe(this.axis)
  }

  // With Ctrl the wheel zooms where it points; sideways it pans; else the rows scroll.
  wheel(event) {
    const {left, width} = this.axis.getBoundingClientRect()
    const sideways = event.shiftKey ? event.deltaY : event.deltaX
    if (event.ctrlKey || event.metaKey) this.look(this.span.zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, (event.clientX - left) / width))))
    else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) this.look(this.span.move(sideways / width))
    else return
    event.preventDefault()
  }

  // Dragging pans; a finger scrolls the rows up and down by itself.
  grab(event) {
    if (event.button !== 0 || event.target.closest("a, button")) return
    const [start, span, width] = [event.clientX, this.span, this.axis.clientWidth]
    const move = ({clientX}) => this.look(span.move((start - clientX) / width), false)
    const end = () => {
      this.held = false
      this.chart.classList.remove("held")
      removeEventListener("pointermove", move)
      for (const type of ["pointerup", "pointercancel"]) removeEventListener(type, end)
      this.look(this.span)
    }
    this.held = true
    this.chart.classList.add("held")
    addEventListener("pointermove", move)
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, end)
  }

  turn() {
    this.tabled = !this.tabled
    this.twinButton.setAttribute("aria-pressed", String(this.tabled))
    this.paint()
  }

  show() {
    this.visible = true
    this.look(this.span ?? Span.week(this.desk.fleet.now()))
  }

  hide() {
    this.visible = false
  }

  // Show another stretch of time; what is missing of it is read when it is settled.
  look(span = this.span, settled = true) {
    this.span = span
    if (settled && this.desk.fleet.seq != null) void this.desk.ledger.need(span.from)
    this.later()
  }

  // Read what is missing of what is shown.
  again() {
    if (this.visible) this.look()
  }

  later() {
    if (!this.visible) return
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null
      if (this.held) this.paint()
      else this.desk.press.after(this.redraw)
    })
  }

  paint() {
    const {desk, span} = this
    if (!this.visible || span == null) return
    const rows = desk.rows.shown()
    const name = span.name(desk.words)
    if (this.named.textContent !== name) this.named.textContent = name
    this.mark()
    this.chart.hidden = this.tabled || rows.length === 0
    this.twin.element.hidden = !this.tabled || rows.length === 0
    this.nothing.replaceChildren(...(rows.length > 0 ? [] : [desk.empty()]))
    if (this.tabled) this.twin.show(rows, span)
    else {
      const who = Math.min(Math.max(WHO_LEAST, this.widths.natural("id") + BESIDE), Math.round(this.chart.clientWidth * WHO_SHARE))
      this.chart.style.setProperty("--who", `${who}px`)
      this.axis.replaceChildren(...scale(desk, span, this.axis.clientWidth || 600), nowLine(desk, span) ?? "")
      this.list.items = rows
      this.list.redraw()
    }
    desk.stage.count(rows)
  }

  // Which of the buttons says what is shown, and what could not be read.
  mark() {
    const {desk, span} = this
    const {ledger} = desk
    const now = desk.fleet.now()
    const is = (other) => String(other.from === span.from && other.to === span.to)
    this.today.setAttribute("aria-pressed", is(Span.today(now)))
    this.week.setAttribute("aria-pressed", is(Span.week(now)))
    const reading = (ledger.from ?? Infinity) > span.from
    const note = ledger.failed && reading ? "history-failed" : ledger.full && reading ? "history-full" : reading && ledger.busy ? "history-reading" : null
    const text = note ? desk.t(note) : ""
    if (this.note.textContent !== text) this.note.textContent = text
  }

  row(row) {
    const {desk, span} = this
    const track = el("div", {class: "track", "aria-hidden": "true"}, ...this.nights(), ...bars(desk, desk.ledger.of(row.id), span), nowLine(desk, span))
    const until = row.until == null ? "" : `${row.holder}, ${desk.words.until(row.until, desk.fleet.now())}`
    return el("div", {class: "time-row"}, el("div", {class: "who"}, el("span", {class: `state ${row.state}`, "aria-hidden": "true"}, {free: "○", taken: "■", mine: "◆"}[row.state]),
      desk.cells.nameOf(row), el("span", {class: "unseen"}, `${desk.t(`state-${row.state}`)} ${until}`)), track)
  }

  // Lines at midnight, so that days can be told apart far from the scale.
  nights() {
    const {span} = this
    const found = []
    if (span.length > 20 * 86_400_000) return found
    for (let day = midnight(span.from, 1); day < span.to; day = midnight(day, 1)) {
      const line = el("span", {class: "night"})
      line.style.left = `${span.at(day)}%`
      found.push(line)
    }
    return found
  }

  focusRow(id) {
    const link = this.list.reach(id)?.querySelector("a")
    link?.focus({preventScroll: true})
    return link != null
  }

  // The line of now moves; a minute is fine enough for it.
  tick() {
    this.seconds = (this.seconds ?? 0) + 1
    if (this.seconds % 60 === 0) this.again()
  }
}
