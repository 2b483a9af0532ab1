// The table's columns: which there are, which of them are shown, and the menu to choose them with.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"
import {recall, remember} from "./storage.js"

const REMEMBERED = "loadzone-columns"
const LISTED = ["state", "group", "holder", "until", "since", "addresses", "tags", "note"]
const USUAL = ["state", "group", "holder", "until", "addresses"]
// What fits: as long as nobody chose columns, narrow screens do without some.
const WIDTHS = [
  {below: 620, without: ["group", "holder", "addresses"]},
  {below: 860, without: ["addresses", "group"]},
  {below: 1140, without: ["addresses"]},
  {below: Infinity, without: []},
]
const PATH = "M3 5h5v14H3zm6.5 0h5v14h-5zM16 5h5v14h-5z"

export class Columns extends EventTarget {
  constructor(desk) {
    super()
    this.desk = desk
    this.chosen = read()
  }

  shown(width) {
    if (this.chosen) return this.chosen
    const {without} = WIDTHS.find(({below}) => width < below)
    return USUAL.filter((field) => !without.includes(field))
  }

  // Tabulator's definitions of the columns that are shown at `width`.
  definitions(width, selectAll) {
    const {t, cells, boot} = this.desk
    const shown = this.shown(width)
    const of = (draw) => (cell) => draw(cell.getData())
    const all = [
      {title: t("column-state"), field: "state", width: 136, formatter: of(({state}) => cells.stateOf(state))},
      {title: t("column-vm"), field: "id", minWidth: 116, widthGrow: 2, sorter: "alphanum", cssClass: "id", formatter: of((row) => cells.nameOf(row))},
      {title: t("column-group"), field: "group", minWidth: 96, widthGrow: 2, sorter: "string"},
      {title: t("column-holder"), field: "holder", minWidth: 150, widthGrow: 3, formatter: of((row) => cells.holderOf(row))},
      {title: t("column-until"), field: "until", width: 162, sorter: "number", sorterParams: {alignEmptyValues: "bottom"},
        formatter: of(({until}) => cells.whenOf(until))},
      {title: t("column-since"), field: "since", width: 164, sorter: "number", sorterParams: {alignEmptyValues: "bottom"},
        formatter: of(({since}) => cells.momentOf(since))},
      {title: t("column-address"), field: "addresses", minWidth: 132, widthGrow: 1, headerSort: false, cssClass: "address",
        formatter: of((row) => cells.addressesOf(row))},
      {title: t("column-tags"), field: "tags", minWidth: 140, widthGrow: 2, formatter: of((row) => cells.tagsOf(row))},
      {title: t("column-note"), field: "note", minWidth: 140, widthGrow: 2},
    ].filter(({field}) => field === "id" || shown.includes(field))
    if (boot.email == null) return all
    const choose = {title: "", field: "chosen", width: 44, headerSort: false, formatter: of((row) => cells.chosenOf(row)), titleFormatter: selectAll}
    return [choose, ...all, {title: t("column-actions"), field: "acts", width: 250, headerSort: false, formatter: of((row) => cells.buttonsOf(row))}]
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
