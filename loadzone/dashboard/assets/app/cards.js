// The fleet as cards: what a phone shows first. Only the cards on the screen are drawn.

import {countDown, showChosen} from "./cells.js"
import {el} from "./dom.js"
import {Virtual} from "./virtual.js"

const HEIGHT = 206
const WIDTH = 310

export class Cards {
  constructor(desk) {
    this.desk = desk
    this.element = el("div", {class: "cards", tabindex: "-1"})
    this.nothing = el("div", {})
    this.element.append(this.nothing)
    this.tools = []
    this.redraw = () => this.look()
    this.list = new Virtual(this.element, {height: HEIGHT, draw: (row) => this.card(row), label: desk.t("table"),
      columns: (width) => Math.floor((width + 12) / WIDTH)})
    for (const type of ["load", "change"]) desk.fleet.addEventListener(type, () => this.later())
    desk.selection.onChange(() => showChosen(this.element, desk.selection))
  }

  show() {
    this.visible = true
    this.look()
  }

  hide() {
    this.visible = false
  }

  later() {
    if (!this.visible) return
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null
      this.desk.press.after(this.redraw)
    })
  }

  look() {
    if (!this.visible) return
    const rows = this.desk.rows.shown()
    this.list.set(rows)
    this.nothing.replaceChildren(...(rows.length > 0 ? [] : [this.desk.empty()]))
    this.desk.stage.count(rows)
  }

  card(row) {
    const {cells, boot, t} = this.desk
    const line = (term, ...what) => el("div", {}, el("dt", {class: "unseen"}, t(`column-${term}`)), el("dd", {}, ...what))
    return el("div", {class: `card ${row.state}`},
      el("div", {class: "card-head"}, cells.nameOf(row), el("span", {class: "group"}, row.group), boot.email == null ? null : cells.chosenOf(row)),
      el("dl", {},
        line("state", cells.stateOf(row.state), row.holder && row.state === "taken" ? ` ${row.holder}` : ""),
        row.until == null ? null : line("until", cells.momentOf(row.until), " · ", cells.leftOf(row.until)),
        row.purpose ? line("purpose", el("small", {}, row.purpose)) : row.tags ? line("tags", cells.tagsOf(row)) : null,
        row.addresses ? line("address", cells.addressesOf(row)) : null),
      cells.buttonsOf(row))
  }

  focusRow(id, act) {
    const card = this.list.reach(id)
    const found = card?.querySelector(act ? `[data-act="${CSS.escape(act)}"]` : ".acts button") ?? card?.querySelector("a, button")
    found?.focus({preventScroll: true})
    return found != null
  }

  tick() {
    countDown(this.element, this.desk)
  }
}
