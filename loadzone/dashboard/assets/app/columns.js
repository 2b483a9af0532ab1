// The table's columns: which there are, which of them are shown, and the menu to choose them with.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"
import {recall, remember} from "./storage.js"
import {Widths, widthOf} from "./widths.js"

const REMEMBERED = "loadzone-columns"
const LISTED = ["state", "group", "holder", "until", "since", "addresses", "tags", "note"]
const USUAL = ["state", "group", "holder", "until", "addresses"]
// A usual column that would be empty is left out; whether VMs are booked changes too often for that.
const DETAILS = ["group", "addresses"]
// The least width of each, in pixels, where its texts are wider; moments and buttons are as wide as their words. As long
// as nobody chose columns, narrow screens do without some, in this order; who has a VM then stands below its name, and
// the time left below its state.
const LEAST = {chosen: 44, id: 120, group: 96, holder: 150, addresses: 132, tags: 140, note: 140}
const FLEXIBLE = ["id", "group", "holder", "addresses", "tags", "note"]
// An id is whole before any other column has more than its least; for one that takes more than this share of the table
// no column is left out.
const ID_SHARE = 0.4
// Beyond these pixels a wider column is no easier to read.
const ENOUGH = 480
const ARROW = 16
const SPARED = ["addresses", "group", "holder", "until"]
const PADDING = 20
const LONGEST_LEFT = (23 * 60 + 59) * 60_000
// Where that is not enough the buttons of a row stand one below the other, then the state is its shape alone. A table
// that is wider keeps its low rows, and is scrolled below the buttons when more columns were chosen than fit.
const NARROW = 600
const STEPS = [{stacked: false, brief: false}, {stacked: true, brief: false}, {stacked: true, brief: true}]
const BRIEF = {state: 38, id: 100}
const [LOW, HIGH] = [50, 68]
const MONTHS = 12
const PATH = "M3 5h5v14H3zm6.5 0h5v14h-5zM16 5h5v14h-5z"

export class Columns extends EventTarget {
  // Columns of the table that is drawn in `place`.
  constructor(desk, place) {
    super()
    Object.assign(this, {desk, place, chosen: read(), measured: new Map()})
    this.widths = new Widths(desk, place, (field, row) => this.piece(field, row))
  }

  shown(width) {
    if (this.chosen) return this.chosen
    let shown = USUAL.filter((field) => !DETAILS.includes(field) || this.natural(field) > 0)
    for (const spared of SPARED) {
      if (this.needed(shown) + this.idRoom(width) <= width) break
      shown = shown.filter((field) => field !== spared)
    }
    return shown
  }

  // What the longest id needs beyond the least of its column, as far as others are left out for it.
  idRoom(width) {
    return Math.max(0, Math.min(this.natural("id"), width * ID_SHARE) - this.least("id"))
  }

  // Which columns a table of `width` has, and how they are made to fit; what does not is scrolled below the buttons. Where
  // it is `tight` the id takes all that the others can give.
  plan(width) {
    const shown = this.shown(width)
    const steps = width < NARROW ? STEPS : STEPS.slice(0, 1)
    const whole = (each) => this.needed(shown, each) + Math.max(0, this.natural("id") - this.least("id", each))
    const enough = (each) => this.needed(shown, each) + (each.stacked ? this.idRoom(width) : 0)
    const step = steps.find((each) => whole(each) <= width) ?? steps.find((each) => enough(each) <= width) ?? steps.at(-1)
    const frozen = this.needed(shown, step) > width
    const id = frozen ? Math.min(this.natural("id"), Math.round(width * ID_SHARE)) : null
    const tight = frozen ? id < this.natural("id") : whole(step) > width
    return {shown, ...step, frozen, id, tight, height: LOW + (HIGH - LOW) * (Number(step.stacked) + Number(tight))}
  }

  // What differs between widths that need other columns.
  key(width) {
    return JSON.stringify(this.plan(width))
  }

  // The width that columns need at least.
  needed(shown, step = STEPS[0]) {
    const {boot, logIn} = this.desk
    const more = (boot.email == null ? 0 : LEAST.chosen) + (boot.email == null && !logIn ? 0 : this.buttonsWidth(step))
    return [...shown, "id"].reduce((sum, field) => sum + this.least(field, step), more + this.barWidth())
  }

  least(field, {brief} = STEPS[0]) {
    if (brief && BRIEF[field]) return BRIEF[field]
    if (field === "state") return this.stateWidth()
    return Math.max(this.headWidth(field), Math.min(LEAST[field] ?? Infinity, this.natural(field)))
  }

  // The width at which nothing of a column is cut.
  natural(field) {
    if (field !== "until" && field !== "since") return this.widths.natural(field)
    return this.widths.natural(field) > 0 ? this.momentsWidth() : 0
  }

  // A cell's content, to be measured.
  piece(field, row) {
    const {cells} = this.desk
    return {id: () => cells.nameOf(row), group: () => el("span", {}, row.group), holder: () => cells.holderOf(row), until: () => cells.whenOf(row.until), since: () => cells.momentOf(row.since),
      addresses: () => cells.addressesOf(row), tags: () => cells.tagsOf(row), note: () => el("span", {}, row.note)}[field]()
  }

  // A fleet that was read anew is measured anew; true where one of `rows` needs wider columns.
  remeasure(rows = null) {
    const again = rows == null || this.widths.outgrownBy(rows)
    if (again) this.widths.forget()
    return again
  }

  // What is as wide as its words is measured once, where it shall stand.
  measure(name, ...what) {
    if (!this.measured.has(name)) this.measured.set(name, Math.ceil(widthOf(this.place, name, what)) + PADDING)
    return this.measured.get(name)
  }

  headWidth(field) {
    return this.measure(`head-${field}`, el("strong", {}, this.title(field))) + ARROW
  }

  stateWidth() {
    const {cells, words} = this.desk
    const states = ["free", "taken", "mine"].map((state) => cells.stateOf(state))
    return Math.max(this.headWidth("state"), this.measure("states", ...states, el("span", {class: "left"}, words.left(LONGEST_LEFT))))
  }

  title(field) {
    return this.desk.t(`column-${{id: "vm", addresses: "address", acts: "actions"}[field] ?? field}`)
  }

  // What a scroll bar takes of the rows; on many screens it lies over them and takes nothing.
  barWidth() {
    if (this.bar == null) {
      const probe = el("div", {style: "position: absolute; visibility: hidden; overflow: scroll"})
      this.place.append(probe)
      this.bar = probe.offsetWidth - probe.clientWidth
      probe.remove()
    }
    return this.bar
  }

  buttonsWidth({stacked}) {
    const {cells} = this.desk
    const head = this.measure("head-acts", el("strong", {}, this.title("acts")))
    return Math.max(head, this.actsWidth(stacked, cells))
  }

  actsWidth(stacked, cells) {
    return stacked ? this.measure("stacked", cells.buttonsOf({id: "", acts: "book renew release"}))
      : this.measure("abreast", ...["book", "renew release"].map((acts) => cells.buttonsOf({id: "", acts})))
  }

  // The widest moments are those of other years and those with a day of the week, in whichever month.
  momentsWidth() {
    const {words} = this.desk
    const year = new Date(this.desk.fleet.now()).getFullYear()
    const months = Array.from({length: MONTHS}, (_, month) => month)
    return this.measure("moments", ...months.flatMap((month) => [year, year + 1].map((each) =>
      el("div", {}, words.moment(new Date(each, month, 28, 20), new Date(year, (month + 6) % MONTHS, 1))))))
  }

  // Tabulator's definitions of the columns that are shown at `width`.
  definitions(width, selectAll) {
    const {t, cells, boot} = this.desk
    const plan = this.plan(width)
    const {shown, brief, frozen} = plan
    const of = (draw) => (cell) => draw(cell.getData())
    const below = (draw, ...more) => (row) => el("span", {class: "two"}, draw(row), ...more.map((each) => each(row)))
    const left = ({until}) => cells.leftOf(until)
    const holder = ({holder: who}) => who && el("small", {title: who}, who)
    const word = t("column-state")
    const state = {title: word, field: "state", width: this.least("state", plan), cssClass: "state-cell"}
    const moments = {sorter: "number", sorterParams: {alignEmptyValues: "bottom"}}
    const beside = [...brief && !shown.includes("until") ? [left] : [], ...shown.includes("holder") ? [] : [holder]]
    const all = [
      brief ? {...state, titleFormatter: () => el("span", {}, el("span", {class: "unseen"}, word), "\u00a0"), formatter: of((row) => cells.shapeOf(row.state))}
        : {...state, formatter: of(shown.includes("until") ? (row) => cells.stateOf(row.state) : below((row) => cells.stateOf(row.state), left))},
      {title: t("column-vm"), field: "id", sorter: "alphanum", cssClass: "id", formatter: of(below((row) => cells.nameOf(row), ...beside))},
      {title: t("column-group"), field: "group", sorter: "string", formatter: of(({group}) => el("span", {class: "cut", title: group}, group))},
      {title: t("column-holder"), field: "holder", formatter: of((row) => cells.holderOf(row))},
      {title: t("column-until"), field: "until", ...moments, formatter: of(({until}) => cells.whenOf(until))},
      {title: t("column-since"), field: "since", ...moments, formatter: of(({since}) => cells.momentOf(since))},
      {title: t("column-address"), field: "addresses", headerSort: false, cssClass: "address",
        formatter: of((row) => cells.addressesOf(row))},
      {title: t("column-tags"), field: "tags", formatter: of((row) => cells.tagsOf(row))},
      {title: t("column-note"), field: "note", formatter: of(({note}) => el("span", {class: "cut", title: note}, note))},
    ].filter(({field}) => field === "id" || shown.includes(field)).map((column) => ({...this.sizes(column.field, plan), ...column}))
    const acts = {title: t("column-actions"), field: "acts", width: this.buttonsWidth(plan), frozen, headerSort: false, formatter: of((row) => cells.buttonsOf(row))}
    if (boot.email == null) return this.desk.logIn ? [...all, acts] : all
    const choose = {title: "", field: "chosen", width: LEAST.chosen, headerSort: false, formatter: of((row) => cells.chosenOf(row)), titleFormatter: selectAll}
    return [choose, ...all, acts]
  }

  // How wide Tabulator makes a column: fixed, or with a share of what is left in proportion to what it shows.
  sizes(field, plan) {
    const least = this.least(field, plan)
    const natural = this.natural(field)
    if (!FLEXIBLE.includes(field)) return {width: Math.max(least, natural)}
    if (field !== "id") return plan.tight || plan.frozen ? {width: least} : {minWidth: least, widthGrow: Math.max(least, Math.min(natural, ENOUGH)) / 100}
    return {minWidth: plan.id ?? (plan.tight ? least : Math.max(least, natural)), widthGrow: Math.max(least, Math.min(natural, ENOUGH)) / 100}
  }

  menu() {
    const {t} = this.desk
    this.opener = el("button", {type: "button", class: "tool", "aria-label": t("columns"), title: t("columns")}, svg(PATH, 18), el("span", {}, t("columns")))
    this.list = el("div", {class: "menu columns", id: "columns-menu", role: "group", "aria-label": t("columns")})
    this.popup = new Popup(this.opener, this.list, () => this.draw())
    return this.popup.place
  }

  draw() {
    const {t} = this.desk
    const shown = this.shown(this.width ?? Infinity)
    this.list.replaceChildren(...LISTED.map((field) => el("label", {}, el("input", {type: "checkbox", checked: shown.includes(field),
      onchange: (event) => this.turn(field, event.target.checked)}), t(`column-${field === "addresses" ? "address" : field}`))),
    el("button", {type: "button", onclick: () => this.keep(null)}, t("columns-usual")))
  }

  turn(field, on) {
    const shown = this.shown(this.width ?? Infinity).filter((one) => one !== field)
    this.keep(on ? LISTED.filter((one) => one === field || shown.includes(one)) : shown)
  }

  keep(chosen) {
    this.chosen = chosen
    remember(REMEMBERED, JSON.stringify(chosen))
    if (!chosen) this.draw()
    this.dispatchEvent(new Event("change"))
  }
}

function read() {
  try {
    const chosen = JSON.parse(recall(REMEMBERED) ?? "null")
    return Array.isArray(chosen) ? LISTED.filter((field) => chosen.includes(field)) : null
  } catch {
    return null
  }
}
