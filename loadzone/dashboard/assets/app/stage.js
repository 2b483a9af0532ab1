// The main part: heading, counts, the switch between layouts and the layout itself, which is made when first shown.

import {TabulatorFull} from "../vendor/tabulator/tabulator_esm.min.mjs"
import {el, svg} from "./dom.js"
import {NO_GROUP} from "./fleet.js"
import {Press} from "./press.js"
import {LAYOUTS} from "./view.js"

const MAKERS = {
  table: async (desk) => new (await import("./table.js")).FleetTable(desk, TabulatorFull),
  cards: async (desk) => new (await import("./cards.js")).Cards(desk),
  timeline: async (desk) => new (await import("./timeline.js")).Timeline(desk),
  groups: async (desk) => new (await import("./groups.js")).Groups(desk),
}
const PATHS = {
  table: "M3 5h18v3H3zm0 5h18v3H3zm0 5h18v3H3z",
  cards: "M3 4h8v7H3zm10 0h8v7h-8zM3 13h8v7H3zm10 0h8v7h-8z",
  timeline: "M3 5h9v3H3zm5 5h11v3H8zm-3 5h8v3H5z",
  groups: "M3 5h6l2 2h10v12H3zm2 4v8h14V9z",
}

export class Stage {
  constructor(desk, root) {
    Object.assign(this, {desk, root, views: new Map(), buttons: new Map(), shown: null})
    this.heading = el("h1", {})
    this.summary = el("p", {class: "summary", role: "status"})
    this.tools = el("div", {class: "tools"})
    this.place = el("div", {class: "place"})
    desk.press = new Press(this.place)
    this.redraw = () => this.current?.look()
    root.append(el("div", {class: "bar"}, el("div", {class: "titles"}, this.heading, this.summary), this.tools, this.switch()), this.place)
    desk.view.addEventListener("change", () => this.look())
    for (const type of ["load", "change"]) desk.fleet.addEventListener(type, () => this.later())
    desk.every(1000, () => this.tick())
    this.look()
  }

  switch() {
    for (const layout of LAYOUTS) {
      const name = this.desk.t(`layout-${layout}`)
      this.buttons.set(layout, el("button", {type: "button", "data-layout": layout, "aria-label": name, title: name, "aria-pressed": "false",
        onclick: () => this.desk.view.lay(layout)}, svg(PATHS[layout], 18), el("span", {"aria-hidden": "true"}, name)))
    }
    return el("div", {class: "layouts", role: "group", "aria-label": this.desk.t("layouts")}, ...this.buttons.values())
  }

  get current() {
    return this.views.get(this.shown) ?? null
  }

  later() {
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.head()
    }, 100)
  }

  async look() {
    this.head()
    const {layout} = this.desk.view
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === layout))
    if (this.shown === layout) {
      this.desk.press.after(this.redraw)
      return
    }
    this.current?.hide()
    this.shown = layout
    const view = await this.made(layout)
    // Somebody may have chosen another meanwhile.
    if (this.shown !== layout) return
    this.place.replaceChildren(view.element)
    this.tools.replaceChildren(...view.tools, ...this.adding(layout))
    view.show()
  }

  // Administrators add a VM from wherever VMs are shown; groups have a button of their own.
  adding(layout) {
    const {boot, t} = this.desk
    if (boot.role !== "admin" || layout === "groups") return []
    const name = t("add-vm-title")
    return [el("button", {type: "button", class: "tool add", "data-act": "add_vm", "aria-label": name, title: name, onclick: () => this.desk.act("add_vm")},
      svg("M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z", 18), el("span", {}, name))]
  }

  async made(layout) {
    if (!this.views.has(layout)) this.views.set(layout, null)
    this.making ??= {}
    this.making[layout] ??= MAKERS[layout](this.desk)
    const view = await this.making[layout]
    this.views.set(layout, view)
    return view
  }

  head() {
    const {view, t} = this.desk
    const name = view.layout === "groups" ? t("groups") : view.group == null ? t(`view-${view.name}`) : this.groupName()
    if (this.heading.textContent !== name) this.heading.textContent = name
    this.desk.title.name(name)
  }

  groupName() {
    const {view, fleet, t} = this.desk
    if (view.group === NO_GROUP) return t("ungrouped")
    return fleet.groups.get(view.group)?.name ?? t(fleet.seq == null ? "loading" : "no-such-group")
  }

  // Say how many VMs are shown, and how many of these are free.
  count(rows) {
    const {fleet, t} = this.desk
    this.say(fleet.seq == null ? t("loading") : t("shown", {shown: rows.length, free: rows.filter(({state}) => state === "free").length}))
  }

  say(text) {
    if (this.summary.textContent !== text) this.summary.textContent = text
  }

  // Why there is nothing to see, and what to do about it.
  empty(role = null) {
    const why = this.why()
    return el("div", {class: "empty", role}, svg("M4 4h16v6H4zm0 10h16v6H4zM7 6v2h2V6zm0 10v2h2v-2z", 40), el("p", {}, this.desk.t(why, this.sought())),
      el("div", {class: "acts"}, ...(this.helps()[why] ?? [])))
  }

  why() {
    const {fleet, view, boot, steps} = this.desk
    if (fleet.seq == null) return "loading"
    if (fleet.vms.size === 0) return boot.role !== "admin" ? "empty-fleet" : steps ? "empty-fleet-led" : "empty-fleet-admin"
    if (view.group != null && view.group !== NO_GROUP && !fleet.groups.has(view.group)) return "empty-no-such-group"
    if (view.search) return "empty-search-in"
    if (view.group == null) return `empty-${view.name}`
    // An address may name a part of a group.
    if (view.name !== "all") return "empty-all"
    return view.group === NO_GROUP ? "empty-ungrouped" : "empty-group"
  }

  // What was searched for, and in which part of the fleet.
  sought() {
    const {view, t} = this.desk
    const part = view.name === "all" && view.group != null ? [] : [t(`view-${view.name}`)]
    return {search: view.search.trim(), place: [...view.group == null ? [] : [this.groupName()], ...part].join(", ")}
  }

  // What leads on from where there is nothing, by why there is nothing.
  helps() {
    const {boot, fleet, view, act, importing, t} = this.desk
    const button = (text, onclick, attributes = {}) => el("button", {type: "button", onclick, ...attributes}, t(text))
    const group = boot.role === "admin" ? fleet.groups.get(view.group) : null
    const all = button("view-all", () => view.choose({}))
    return {
      "empty-search-in": [...view.name === "all" && view.group == null ? [] : [button("search-all", () => view.choose({}), {class: "primary"})], button("clear-search", () => view.find(""))],
      ...Object.fromEntries(["all", "free", "expiring", "ungrouped", "no-such-group"].map((name) => [`empty-${name}`, [all]])), "empty-mine": [button("view-free", () => view.choose({name: "free"}))],
      "empty-group": [...group ? [button("members", () => act("add_to_group", group), {class: "primary"})] : [], all],
      "empty-fleet-admin": [button("add-first-vm", () => act("add_vm"), {class: "primary"}),
        ...importing ? [el("a", {class: "go", href: importing}, t("steps-import"))] : []],
    }
  }

  // Give the focus to a VM's row, wherever it is shown now.
  focusRow(id, act) {
    if (!this.current?.focusRow?.(id, act)) this.desk.focusSearch?.()
  }

  tick() {
    this.current?.tick?.()
    // What ends soon, and the words today and tomorrow, change by time alone.
    this.ticks = (this.ticks ?? 0) + 1
    if (this.ticks % 30 === 0 && this.desk.view.name === "expiring") this.desk.press.after(this.redraw)
  }
}
