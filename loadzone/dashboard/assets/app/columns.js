// The table's columns: which there are, which of them are shown, and the menu to choose them with.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"
import {recall, remember} from "./storage.js"

const REMEMBERED = "loadzone-columns"
const LISTED = ["state", "group", "holder", "until", "since", "addresses", "tags", "note"]
const USUAL = ["state", "group", "holder", "until", "addresses"]
// The least width of each, in pixels. As long as nobody chose columns, narrow screens do without some, in this order;
// who has a VM then stands below its name, and the time left below its state.
const LEAST = {chosen: 44, state: 128, id: 106, group: 96, holder: 150, until: 164, since: 164, addresses: 132, tags: 140, note: 140}
const SPARED = ["addresses", "group", "holder", "until"]
const PADDING = 20
const PATH = "M3 5h5v14H3zm6.5 0h5v14h-5zM16 5h5v14h-5z"

export class Columns extends EventTarget {
  // Columns of the table that is drawn in `place`.
  constructor(desk, place) {
    super()
    Object.assign(this, {desk, place, chosen: read()})
  }

  shown(width) {
    if (this.chosen) return this.chosen
    let shown = USUAL
    for (const spared of SPARED) {
      if (this.needed(shown) <= width) break
      shown = shown.filter((field) => field !== spared)
    }
    return shown
  }

  // What differs between widths that need other columns.
  key(width) {
    const shown = this.shown(width)
    return `${shown} ${this.needed(shown) > width}`
  }

  // The width that columns need at least.
  needed(shown) {
    const more = this.desk.boot.email == null ? 0 : LEAST.chosen + this.buttonsWidth()
    return [...shown, "id"].reduce((sum, field) => sum + LEAST[field], more)
  }

  // The buttons of a row are as wide as their words: measured once, where they shall stand.
  buttonsWidth() {
    if (!this.buttons) {
      const row = el("div", {style: "position: absolute; visibility: hidden"}, this.desk.cells.buttonsOf({id: "", acts: "renew release"}))
      this.place.append(row)
      this.buttons = row.offsetWidth + PADDING
      row.remove()
    }
    return this.buttons
  }

  // Tabulator's definitions of the columns that are shown at `width`.
  definitions(width, selectAll) {
    const {t, cells, boot} = this.desk
    const shown = this.shown(width)
    const of = (draw) => (cell) => draw(cell.getData())
    const below = (draw, more, field) => shown.includes(field) ? draw : (row) => el("span", {class: "two"}, draw(row), more(row))
    const all = [
      {title: t("column-state"), field: "state", width: LEAST.state, formatter: of(below(({state}) => cells.stateOf(state), ({until}) => cells.leftOf(until), "until"))},
      {title: t("column-vm"), field: "id", widthGrow: 2, sorter: "alphanum", cssClass: "id",
        formatter: of(below((row) => cells.nameOf(row), ({holder}) => holder && el("small", {title: holder}, holder), "holder"))},
      {title: t("column-group"), field: "group", sorter: "string"},
      {title: t("column-holder"), field: "holder", widthGrow: 4, formatter: of((row) => cells.holderOf(row))},
      {title: t("column-until"), field: "until", width: LEAST.until, sorter: "number", sorterParams: {alignEmptyValues: "bottom"},
        formatter: of(({until}) => cells.whenOf(until))},
      {title: t("column-since"), field: "since", width: LEAST.since, sorter: "number", sorterParams: {alignEmptyValues: "bottom"},
        formatter: of(({since}) => cells.momentOf(since))},
      {title: t("column-address"), field: "addresses", headerSort: false, cssClass: "address",
        formatter: of((row) => cells.addressesOf(row))},
      {title: t("column-tags"), field: "tags", widthGrow: 2, formatter: of((row) => cells.tagsOf(row))},
      {title: t("column-note"), field: "note", widthGrow: 2},
    ].filter(({field}) => field === "id" || shown.includes(field)).map((column) => ({minWidth: LEAST[column.field], ...column}))
    if (boot.email == null) return all
    const choose = {title: "", field: "chosen", width: LEAST.chosen, headerSort: false, formatter: of((row) => cells.chosenOf(row)), titleFormatter: selectAll}
    // Where the rest is wider than the table, it is moved below these.
    const frozen = this.needed(shown) > width
    return [choose, ...all, {title: t("column-actions"), field: "acts", width: this.buttonsWidth(), frozen, headerSort: false, formatter: of((row) => cells.buttonsOf(row))}]
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
