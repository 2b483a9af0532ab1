// The fleet as a table: Tabulator over plain rows made from whole records, on wide screens and on narrow ones.

import {Cells} from "./cells.js"
import {el, focused, svg} from "./dom.js"

const SETTLE = 400
const LAYOUTS = [
  {below: 760, name: "narrow", without: []},
  {below: 860, name: "small", without: ["addresses", "group"]},
  {below: 960, name: "medium", without: ["addresses"]},
  {below: Infinity, name: "wide", without: []},
]

export class FleetTable {
  constructor(desk, root, Tabulator) {
    Object.assign(this, {desk, root, Tabulator, cells: new Cells(desk), touched: new Set(), removed: new Set(), built: false})
    this.heading = el("h1", {})
    this.summary = el("p", {class: "summary", role: "status"})
    this.search = el("input", {type: "search", class: "search", "aria-label": desk.t("search"),
      placeholder: desk.t("search-hint"), value: desk.view.search, oninput: () => desk.view.find(this.search.value)})
    this.place = el("div", {class: "grid"})
    root.append(el("div", {class: "bar"}, el("div", {}, this.heading, this.summary), this.search), this.place)
    desk.fleet.addEventListener("load", () => this.reload())
    desk.fleet.addEventListener("change", ({detail}) => this.changed(detail))
    desk.view.addEventListener("change", () => this.look())
    new ResizeObserver(() => this.fit()).observe(this.place)
    addEventListener("keydown", (event) => this.shortcut(event))
    setInterval(() => this.tick(), 1000)
    if (desk.fleet.seq != null) this.reload()
  }

  shortcut(event) {
    const at = event.composedPath()[0]
    if (event.key !== "/" || event.ctrlKey || event.metaKey || at.matches?.("input, textarea, select")) return
    event.preventDefault()
    this.search.focus()
  }

  rows() {
    return [...this.desk.fleet.vms.values()].map((vm) => this.cells.row(vm))
  }

  // Building

  // Another width may need other columns; the columns that stay keep their order and the rows their sorting.
  fit() {
    const width = this.place.clientWidth
    const layout = LAYOUTS.find(({below}) => width < below)
    if (width === 0 || layout === this.layout) return
    this.layout = layout
    this.root.classList.toggle("narrow", layout.name === "narrow")
    if (this.table) this.build()
  }

  get narrow() {
    return this.layout?.name === "narrow"
  }

  build() {
    this.fit()
    this.table?.destroy()
    this.built = false
    const table = new this.Tabulator(this.place, {
      data: this.rows(), index: "id", height: "100%", layout: "fitColumns", rowHeight: this.narrow ? 84 : 50,
      columns: this.narrow ? this.cells.narrow() : this.cells.wide(this.layout?.without ?? []), columnDefaults: {headerSortTristate: true, resizable: false},
      placeholder: () => this.empty(), selectableRows: false, headerVisible: !this.narrow, renderVerticalBuffer: 400,
    })
    this.table = table
    table.on("tableBuilt", () => {
      if (this.table !== table) return
      this.built = true
      this.name()
      table.setFilter((row) => this.desk.view.shows(row))
      this.look()
    })
    table.on("dataFiltered", (_filters, rows) => this.count(rows.length))
    table.on("renderComplete", () => this.place.querySelector(".tabulator-placeholder")?.setAttribute("role", "row"))
  }

  // Living

  reload() {
    this.touched.clear()
    this.removed.clear()
    if (!this.table) this.build()
    else if (this.built) this.steady(() => this.table.replaceData(this.rows()).then(() => this.look()))
    this.head()
  }

  changed({vms, removed}) {
    for (const vm of vms) this.touched.add(vm.id)
    for (const id of removed) this.removed.add(id)
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null
      this.flush()
    })
    // In a hidden page no frame comes; the changes wait for one.
  }

  async flush() {
    if (!this.built) return
    const [old, fresh] = [[], []]
    for (const id of this.touched) {
      const vm = this.desk.fleet.vms.get(id)
      if (vm) (this.table.getRow(id) ? old : fresh).push(this.cells.row(vm))
    }
    const gone = [...this.removed].filter((id) => !this.desk.fleet.vms.has(id) && this.table.getRow(id))
    this.touched.clear()
    this.removed.clear()
    await this.steady(async () => {
      if (gone.length > 0) await this.table.deleteRow(gone)
      if (fresh.length > 0) await this.table.addData(fresh)
      if (old.length > 0) await this.table.updateData(old)
      if (this.narrow) for (const {id} of old) this.table.getRow(id)?.reformat()
    })
    this.settling ??= setTimeout(() => {
      this.settling = null
      this.look()
    }, SETTLE)
  }

  // Do something that draws rows anew without taking the focus from a row's button.
  async steady(work) {
    const at = focused()
    const [vm, act] = [at?.closest?.("[data-vm]")?.dataset.vm, at?.dataset?.act]
    await work()
    if (vm && focused() !== at) this.focusRow(vm, act)
  }

  focusRow(id, act) {
    const acts = this.place.querySelector(`[data-vm="${CSS.escape(id)}"]`)
    const button = acts?.querySelector(`[data-act="${act}"]`) ?? acts?.querySelector("button") ?? this.search
    button.focus({preventScroll: true})
  }

  // Show what the view says: filter and order anew, and the words above.
  look() {
    if (document.activeElement !== this.search && this.search.value !== this.desk.view.search) this.search.value = this.desk.view.search
    if (this.built) {
      this.steady(async () => {
        this.table.refreshFilter()
        const sorters = this.table.getSorters()
        if (sorters.length > 0) this.table.setSort(sorters.map(({field, dir}) => ({column: field, dir})))
      })
    }
    this.head()
  }

  head() {
    const {view, fleet} = this.desk
    const name = view.group == null ? this.desk.t(`view-${view.name}`) : (fleet.groups.get(view.group)?.name ?? this.desk.t("no-such-group"))
    if (this.heading.textContent !== name) this.heading.textContent = name
    document.title = `${name} · LoadZone`
  }

  count(shown) {
    const {fleet} = this.desk
    const text = this.desk.t("shown", {shown, total: fleet.vms.size, free: fleet.counts().free})
    if (this.summary.textContent !== text) this.summary.textContent = text
  }

  empty() {
    const {fleet, view, boot} = this.desk
    const why = fleet.vms.size > 0 ? (view.search ? "empty-search" : `empty-${view.group == null ? view.name : "group"}`)
      : boot.role === "admin" ? "empty-fleet-admin" : "empty-fleet"
    return el("div", {class: "empty", role: "gridcell"}, svg("M4 4h16v6H4zm0 10h16v6H4zM7 6v2h2V6zm0 10v2h2v-2z", 40), el("p", {}, this.desk.t(why)))
  }

  tick() {
    const now = this.desk.fleet.now()
    for (const cell of this.place.querySelectorAll("[data-until]")) {
      const left = Number(cell.dataset.until) - now
      const text = this.desk.words.left(left)
      if (cell.textContent !== text) cell.textContent = text
      cell.classList.toggle("soon", left < 600_000)
    }
  }

  // Names and keys that Tabulator leaves out.
  name() {
    this.place.setAttribute("aria-label", this.desk.t("table"))
    this.place.removeAttribute("aria-owns")
    this.place.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup")
    this.place.querySelector(".tabulator-table").setAttribute("role", "none")
    for (const column of this.place.querySelectorAll(".tabulator-col.tabulator-sortable")) {
      column.tabIndex = 0
      column.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return
        event.preventDefault()
        column.click()
      })
    }
  }
}
