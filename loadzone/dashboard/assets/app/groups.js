// The groups as a live table: how many VMs, how many free now, how busy today, what becomes free next.

import {countDown} from "./cells.js"
import {el} from "./dom.js"
import {NO_GROUP} from "./fleet.js"
import {Ledger} from "./ledger.js"
import {midnight} from "./span.js"

const COLUMNS = ["name", "total", "free", "busy", "next"]
const EVERY = 30

export class Groups {
  constructor(desk) {
    Object.assign(this, {desk, visible: false, by: "name", down: false, heads: new Map(), drawn: new Map()})
    desk.ledger ??= new Ledger(desk)
    const {t} = desk
    this.collator = new Intl.Collator(desk.boot.lang, {numeric: true})
    this.admin = desk.boot.role === "admin"
    this.body = el("tbody", {})
    this.redraw = () => this.look()
    this.nothing = el("div", {})
    const heads = COLUMNS.map((name) => this.head(name))
    if (this.admin) heads.push(el("th", {scope: "col", class: "row-acts"}, t("column-actions")))
    this.scroller = el("div", {class: "groups", tabindex: "0", role: "group", "aria-label": t("groups")},
      el("table", {class: "plain-table"}, el("caption", {class: "unseen"}, t("groups")), el("thead", {}, el("tr", {}, ...heads)), this.body), this.nothing)
    this.element = this.scroller
    this.tools = this.admin ? [el("button", {type: "button", class: "tool primary", onclick: () => desk.act("add_group")}, t("new-group"))] : []
    for (const type of ["load", "change"]) desk.fleet.addEventListener(type, () => this.later())
    desk.ledger.addEventListener("change", () => this.later())
  }

  head(name) {
    const head = el("th", {scope: "col", class: name}, el("button", {type: "button", class: "sort", onclick: () => this.sort(name)}, this.desk.t(`groups-${name}`)))
    this.heads.set(name, head)
    return head
  }

  sort(name) {
    this.down = this.by === name ? !this.down : name !== "name"
    this.by = name
    this.look()
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
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.desk.press.after(this.redraw)
    }, 100)
  }

  look() {
    const {desk, body, nothing} = this
    const {fleet} = desk
    if (!this.visible || fleet.seq == null) return
    this.from = midnight(fleet.now())
    void desk.ledger.need(this.from)
    for (const [name, head] of this.heads) {
      if (name === this.by) head.setAttribute("aria-sort", this.down ? "descending" : "ascending")
      else head.removeAttribute("aria-sort")
    }
    const known = this.figures()
    const shown = known.filter(({name}) => desk.view.matches(name.toLowerCase())).sort((one, other) => this.compare(one, other))
    this.fill(shown)
    body.parentElement.hidden = shown.length === 0
    nothing.replaceChildren(...(shown.length > 0 ? [] : [this.empty(known.length > 0)]))
    desk.stage.say(desk.t("groups-shown", {n: shown.filter(({id}) => id != null).length}))
  }

  // Why no group is shown, and what leads on.
  empty(some) {
    const {view, act, t} = this.desk
    const [why, text, next] = some ? ["empty-search", "clear-search", () => view.find("")]
      : this.admin ? ["no-groups-admin", "new-group", () => act("add_group")] : ["no-groups-user", "view-all", () => view.choose({})]
    return el("div", {class: "empty"}, el("p", {}, t(why)), el("button", {type: "button", onclick: next}, t(text)))
  }

  // A row stays the same element as long as it says the same, so that the focus stays in it.
  fill(shown) {
    const kept = this.drawn
    this.drawn = new Map()
    let place = this.body.firstElementChild
    for (const group of shown) {
      const says = JSON.stringify(group)
      const old = kept.get(group.id)
      const element = old?.says === says ? old.element : this.row(group)
      if (old && old.element !== element) this.swap(old.element, element)
      if (old && place === old.element) place = element
      this.drawn.set(group.id, {says, element})
      if (element !== place) this.body.insertBefore(element, place)
      else place = place.nextElementSibling
      kept.delete(group.id)
    }
    for (const {element} of kept.values()) element.remove()
  }

  swap(old, fresh) {
    const at = old.getRootNode().activeElement
    const key = old.contains(at) ? at.dataset.key : null
    old.replaceWith(fresh)
    if (key) fresh.querySelector(`[data-key="${key}"]`)?.focus({preventScroll: true})
  }

  // What the table says of each group; VMs without one stand together at the end.
  figures() {
    const {fleet, ledger, t} = this.desk
    const now = fleet.now()
    const made = new Map([...fleet.groups.values()].map(({id, name}) => [id, {id, name, total: 0, free: 0, busy: 0, next: null, vm: null, now: null}]))
    for (const vm of fleet.vms.values()) {
      const key = made.has(vm.group) ? vm.group : null
      if (!made.has(key)) made.set(key, {id: null, name: t("ungrouped"), total: 0, free: 0, busy: 0, next: null, vm: null, now: null})
      const group = made.get(key)
      const until = vm.expires_at ? Date.parse(vm.expires_at) : null
      group.total += 1
      group.busy += ledger.share(vm.id, this.from, now)
      if (until == null) {
        group.free += 1
        if (group.now == null || this.collator.compare(vm.id, group.now) < 0) group.now = vm.id
      }
      else if (group.next == null || until < group.next) Object.assign(group, {next: until, vm: vm.id})
    }
    // What is free is free before anything that becomes free.
    for (const group of made.values()) if (group.free > 0) Object.assign(group, {next: 0, vm: null})
    for (const group of made.values()) group.busy = group.total > 0 ? Math.round(100 * group.busy / group.total) : 0
    return [...made.values()]
  }

  compare(one, other) {
    if (one.id == null || other.id == null) return one.id == null ? 1 : -1
    const [first, second] = [one[this.by], other[this.by]]
    const way = this.by === "name" ? this.collator.compare(first, second) : (first ?? Infinity) - (second ?? Infinity)
    return (this.down ? -way : way) || this.collator.compare(one.name, other.name)
  }

  row(group) {
    const {view, words, t} = this.desk
    const shown = {group: group.id ?? NO_GROUP}
    const link = el("a", {class: "name", "data-key": "name", href: view.address({name: "all", chosen: null, ...shown}), onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      view.choose(shown)
    }}, group.name)
    const meter = el("span", {class: "meter", "aria-hidden": "true"}, el("span", {}))
    meter.firstElementChild.style.width = `${group.busy}%`
    return el("tr", {}, el("th", {scope: "row"}, link), cell("total", t, words.shown(group.total)), cell("free", t, words.shown(group.free)),
      cell("busy", t, meter, this.desk.words.percent.format(group.busy / 100)), cell("next", t, ...this.nextOf(group)), this.admin ? el("td", {class: "row-acts"}, this.buttons(group)) : null)
  }

  // What of a group can be had next, and when.
  nextOf({total, free, now, vm, next}) {
    const {cells, t} = this.desk
    if (total === 0) return []
    if (free === total) return [el("small", {}, t("groups-all-free"))]
    if (free > 0) return [cells.nameOf({id: now}), " ", el("span", {class: "moment state free"}, t("groups-free-now"))]
    return [cells.nameOf({id: vm}), " ", el("span", {class: "moment"}, cells.momentOf(next), " · ", cells.leftOf(next))]
  }

  buttons({id, name}) {
    const {desk} = this
    if (id == null) return ""
    const button = (kind, text) => el("button", {type: "button", "data-key": kind, class: kind === "delete_group" ? "risky" : null, "aria-label": desk.t(`${text}-of`, {name}),
      onclick: () => desk.act(kind, desk.fleet.groups.get(id))}, desk.t(text))
    return el("div", {class: "acts"}, button("add_to_group", "members"), button("rename_group", "rename"), button("delete_group", "delete-group"))
  }

  tick() {
    countDown(this.element, this.desk)
    this.seconds = (this.seconds ?? 0) + 1
    if (this.seconds % EVERY === 0) this.desk.press.after(this.redraw)
  }
}

// Where there is no room for columns the rows stand as blocks, each value with its name before it.
function cell(name, t, ...what) {
  return el("td", {class: name, "data-name": t(`groups-${name}`)}, ...what)
}
