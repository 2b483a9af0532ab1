// The side panel: all, free, mine, ending soon, then the groups and what is in none, each with how many are free of how
// many, live.

import {el} from "./dom.js"
import {NO_GROUP} from "./fleet.js"

const TIME_ALONE = 15_000

export class Side {
  constructor(desk, root) {
    Object.assign(this, {desk, root, links: new Map()})
    this.views = el("ul", {})
    this.groups = el("ul", {})
    this.ungrouped = this.link("ungrouped", desk.t("ungrouped"), {group: NO_GROUP})
    this.none = el("p", {class: "none"}, desk.t("no-groups"))
    root.append(el("nav", {class: "side", "aria-label": desk.t("views")}, this.views,
      el("h2", {}, desk.t("groups")), this.groups, this.none))
    const names = desk.boot.email == null ? ["all", "free", "expiring"] : ["all", "free", "mine", "expiring"]
    this.views.append(...names.map((name) => this.link(`view-${name}`, desk.t(`view-${name}`), {name})))
    for (const type of ["load", "change"]) desk.fleet.addEventListener(type, () => this.later())
    desk.view.addEventListener("change", () => this.draw())
    // What ends soon changes by time alone.
    setInterval(() => this.draw(), TIME_ALONE)
    this.draw()
  }

  link(key, text, choice) {
    const count = el("span", {class: "count"})
    const label = el("span", {class: "label", title: text}, text)
    const link = el("a", {href: this.address(choice), onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      this.desk.view.choose(choice)
      this.desk.frame?.narrow()
    }}, label, count)
    this.links.set(key, {link, label, count, choice})
    return el("li", {}, link)
  }

  address({name = "all", group = null}) {
    const {view} = this.desk
    return view.address({name, group, vm: null, chosen: view.layout === "groups" ? null : view.chosen})
  }

  // Many changes make one drawing.
  later() {
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.draw()
    }, 100)
  }

  draw() {
    const {fleet, view} = this.desk
    const counts = fleet.counts()
    this.arrange(fleet)
    this.ungrouped.hidden = fleet.groups.size === 0 || counts.groups.get(NO_GROUP).total === 0
    const ratio = (free, total) => [this.desk.t("count-ratio", {free, total}), this.desk.t("count-spoken", {free, total})]
    for (const [key, {link, count, choice}] of this.links) {
      const numbers = {"view-all": ratio(counts.free, counts.total), "view-free": [counts.free, counts.free],
        "view-mine": [counts.mine, counts.mine], "view-expiring": [counts.soon, counts.soon]}[key]
      const group = counts.groups.get(choice.group)
      const [short, spoken] = numbers ?? ratio(group?.free ?? 0, group?.total ?? 0)
      const text = this.desk.words.shown(short)
      if (count.textContent !== text) {
        count.textContent = text
        count.title = this.desk.words.shown(spoken)
      }
      link.href = this.address(choice)
      const here = view.layout !== "groups" && (choice.group ?? null) === view.group && (choice.group != null || (choice.name ?? "all") === view.name)
      if (here) link.setAttribute("aria-current", "page")
      else link.removeAttribute("aria-current")
    }
  }

  // One link a group, in the order of their names, then the VMs without one.
  arrange(fleet) {
    const groups = [...fleet.groups.values()].sort((one, other) => one.name.localeCompare(other.name, this.desk.boot.lang, {numeric: true}))
    const order = groups.map(({id, name}) => `${id} ${name}`).join("\n")
    if (order === this.order) return
    this.order = order
    for (const key of [...this.links.keys()].filter((key) => key.startsWith("group-"))) this.links.delete(key)
    this.groups.replaceChildren(...groups.map(({id, name}) => this.link(`group-${id}`, name, {group: id})), this.ungrouped)
    this.none.hidden = groups.length > 0
  }
}
