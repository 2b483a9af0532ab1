// What stands above the fleet in a cell: which part of it is shown, the search, the connection, and who is asking.

import {el} from "./dom.js"
import {NO_GROUP} from "./fleet.js"
import {PARTS} from "./view.js"

export class CellBar {
  constructor(desk, source) {
    this.desk = desk
    const {t, boot, view, fleet} = desk
    this.part = el("select", {"aria-label": t("views"), onchange: () => this.choose()})
    this.search = el("input", {type: "search", "aria-label": t("search"), placeholder: t("search-hint"), autocomplete: "off", spellcheck: "false",
      oninput: () => view.find(this.search.value)})
    this.state = el("span", {class: "connection", role: "status"})
    this.element = el("div", {class: "cell-bar"}, this.part, this.search, this.state, el("span", {class: "where"}, el("span", {}, boot.where),
      el("small", {}, boot.file ? t("cell-read-only") : boot.email ?? t("cell-nobody"))))
    for (const type of ["load", "change"]) fleet.addEventListener(type, () => this.arrange())
    view.addEventListener("change", () => this.look())
    source.addEventListener("online", () => this.say(""))
    source.addEventListener("offline", ({detail}) => this.say(detail?.why ?? t("offline")))
    source.addEventListener("refused", ({detail}) => this.say(detail.why))
    source.addEventListener("alone", () => this.say(t("cell-alone")))
    this.arrange()
  }

  say(text) {
    if (this.state.textContent !== text) this.state.textContent = text
  }

  choose() {
    const [kind, name] = this.part.value.split(" ")
    this.desk.view.choose(kind === "group" ? {group: name === NO_GROUP ? name : Number(name)} : {name})
  }

  // The parts, then the groups in the order of their names and what is in none.
  arrange() {
    const {t, boot, fleet} = this.desk
    const groups = [...fleet.groups.values()].sort((one, other) => one.name.localeCompare(other.name, boot.lang, {numeric: true}))
    const order = groups.map(({id, name}) => `${id} ${name}`).join("\n")
    if (order === this.order) return
    this.order = order
    const parts = PARTS.filter((name) => name !== "mine" || boot.email != null)
    this.part.replaceChildren(...parts.map((name) => el("option", {value: `part ${name}`}, t(`view-${name}`))),
      groups.length > 0 ? el("optgroup", {label: t("groups")}, ...groups.map(({id, name}) => el("option", {value: `group ${id}`}, name)),
        el("option", {value: `group ${NO_GROUP}`}, t("ungrouped"))) : "")
    this.look()
  }

  look() {
    const {view} = this.desk
    this.part.value = view.group == null ? `part ${view.name}` : `group ${view.group}`
    if (this.search.value !== view.search) this.search.value = view.search
  }
}
