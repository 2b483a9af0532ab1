// What a row of the table holds and how its cells look.

import {el} from "./dom.js"

const SHAPES = {free: "○", taken: "■", mine: "◆"}

export class Cells {
  constructor(desk) {
    this.desk = desk
  }

  // Rows

  row(vm) {
    const {fleet} = this.desk
    const [state, group] = [fleet.state(vm), fleet.groupName(vm)]
    const parts = [vm.id, group, vm.booked_by, vm.purpose, vm.internal_ip, vm.external_ip, ...(vm.tags ?? [])]
    const addresses = [vm.internal_ip, vm.external_ip].filter(Boolean).join(" ")
    return {
      id: vm.id, state, group, group_id: vm.group ?? null, holder: vm.booked_by ?? "", addresses,
      purpose: vm.purpose ?? "", until: vm.expires_at ? Date.parse(vm.expires_at) : null,
      acts: this.acts(vm, state).join(" "), searched: parts.filter(Boolean).join(" ").toLowerCase(),
    }
  }

  // What is offered; the service decides again whatever is asked.
  acts(vm, state) {
    const {email, role} = this.desk.boot
    if (email == null) return []
    if (state === "free") return ["book"]
    if (state === "mine") return ["renew", "release"]
    return role === "admin" ? ["release"] : []
  }

  // Columns

  wide(without) {
    const t = (key) => this.desk.t(key)
    return [
      {title: t("column-state"), field: "state", width: 112, formatter: (cell) => this.stateOf(cell.getValue())},
      {title: t("column-vm"), field: "id", minWidth: 110, widthGrow: 2, sorter: "alphanum", cssClass: "id"},
      {title: t("column-group"), field: "group", minWidth: 100, widthGrow: 2, sorter: "string"},
      {title: t("column-holder"), field: "holder", minWidth: 150, widthGrow: 3, formatter: (cell) => this.holderOf(cell.getData())},
      {title: t("column-until"), field: "until", width: 140, sorter: "number", sorterParams: {alignEmptyValues: "bottom"},
        formatter: (cell) => this.whenOf(cell.getValue())},
      {title: t("column-address"), field: "addresses", minWidth: 100, widthGrow: 2, headerSort: false, cssClass: "address",
        formatter: (cell) => el("span", {class: "address-lines"}, ...cell.getValue().split(" ").map((one) => el("span", {}, one)))},
      {title: t("column-actions"), field: "acts", width: 232, headerSort: false, formatter: (cell) => this.buttonsOf(cell)},
    ].filter(({field}) => !without.includes(field))
  }

  narrow() {
    const t = (key) => this.desk.t(key)
    return [
      {title: t("column-vm"), field: "id", widthGrow: 3, formatter: (cell) => this.cardOf(cell.getData())},
      {title: t("column-actions"), field: "acts", width: 132, formatter: (cell) => this.buttonsOf(cell)},
    ]
  }

  // Cells

  stateOf(state) {
    return el("span", {class: `state ${state}`}, el("span", {class: "shape", "aria-hidden": "true"}, SHAPES[state]), this.desk.t(`state-${state}`))
  }

  holderOf({holder, purpose}) {
    return el("span", {class: "holder", title: purpose || null}, holder, purpose ? el("small", {}, purpose) : null)
  }

  untilOf(until) {
    if (until == null) return ""
    const {words, fleet} = this.desk
    return el("time", {datetime: new Date(until).toISOString(), title: words.exact(until)}, words.moment(until, fleet.now()))
  }

  leftOf(until) {
    if (until == null) return ""
    return el("span", {class: "left", "data-until": until}, this.desk.words.left(until - this.desk.fleet.now()))
  }

  whenOf(until) {
    return until == null ? "" : el("span", {class: "when"}, this.untilOf(until), this.leftOf(until))
  }

  cardOf(row) {
    const until = row.until == null ? null : el("span", {class: "when"}, this.untilOf(row.until), " · ", this.leftOf(row.until))
    return el("div", {class: "card"}, el("strong", {}, row.id),
      el("span", {}, this.stateOf(row.state), row.state === "taken" ? ` · ${row.holder}` : ""), until ?? el("span", {class: "when"}, row.group))
  }

  buttonsOf(cell) {
    const {id, acts} = cell.getData()
    const buttons = acts.split(" ").filter(Boolean).map((act) => el("button", {
      type: "button", "data-act": act, class: act === "book" ? "primary" : "", "aria-label": this.desk.t(`${act}-title`, {vm: id}),
      onclick: () => this.desk.dialogs.show(act, this.desk.fleet.vms.get(id)),
    }, this.desk.t(act)))
    return el("div", {class: "acts", "data-vm": id}, ...buttons)
  }
}
