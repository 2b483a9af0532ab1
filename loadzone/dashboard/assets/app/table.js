// The fleet as a table: Tabulator over the rows, which it sorts, filters and groups itself.

import {countDown, showChosen} from "./cells.js"
import {Columns} from "./columns.js"
import {el, focused, svg} from "./dom.js"
import {recall, remember} from "./storage.js"

const REMEMBERED = "loadzone-table"
const SETTLE = 400
const AGAIN = 100
const GROUP_PATH = "M3 5h18v3H3zm4 5h14v3H7zm0 5h14v3H7zM3 10h2v8H3z"

export class FleetTable {
  constructor(desk, Tabulator) {
    Object.assign(this, {desk, Tabulator, touched: new Set(), removed: new Set(), built: false, visible: false, ...read()})
    Object.assign(this, {again: () => this.reload(), draw: () => this.flush(), settle: () => this.look()})
    this.grid = el("div", {class: "grid"})
    this.element = el("div", {class: "table-view"}, this.grid)
    this.columns = new Columns(desk, this.element)
    this.columns.addEventListener("change", () => this.lay())
    this.grouping = el("button", {type: "button", class: "tool", "aria-label": desk.t("by-group"), title: desk.t("by-group"),
      "aria-pressed": String(this.grouped), onclick: () => this.turnGroups()},
      svg(GROUP_PATH, 18), el("span", {}, desk.t("by-group")))
    this.tools = [this.grouping, this.columns.menu()]
    desk.fleet.addEventListener("load", () => desk.press.after(this.again))
    desk.fleet.addEventListener("change", ({detail}) => this.changed(detail))
    desk.selection.onChange(() => this.showChosen())
    // Tabulator has sorted by then: it listens at the column's head itself.
    this.grid.addEventListener("click", ({target}) => { if (target.closest(".tabulator-sortable")) this.keepOrder() })
    new ResizeObserver(() => this.fit()).observe(this.grid)
  }

  show() {
    this.visible = true
    if (!this.table) this.build()
    else if (this.stale) this.reload()
    else this.flush()
    this.look()
  }

  hide() {
    this.visible = false
  }

  // Building

  // Another width may need other columns.
  fit() {
    const width = this.grid.clientWidth
    if (width === 0) return
    this.columns.width = width
    if (this.columns.key(width) !== this.laid && this.table) this.lay()
  }

  lay() {
    this.laid = this.columns.key(this.columns.width)
    if (this.built) {
      this.steady(() => {
        this.table.options.rowHeight = this.rowHeight()
        this.table.setColumns(this.definitions())
        this.sort()
      })
    }
    this.name()
  }

  definitions() {
    return this.columns.definitions(this.grid.clientWidth || innerWidth, () => this.selectAll())
  }

  // Rows are higher where their buttons stand one below the other, and where an id may need a second line.
  rowHeight() {
    const {stacked, tight, height} = this.columns.plan(this.grid.clientWidth || innerWidth)
    this.grid.classList.toggle("stacked", stacked)
    this.grid.classList.toggle("tight", tight)
    return height
  }

  build() {
    this.fit()
    const table = new this.Tabulator(this.grid, {
      data: this.desk.rows.all(), index: "id", height: "100%", layout: "fitColumns", rowHeight: this.rowHeight(), columns: this.definitions(),
      columnDefaults: {headerSortTristate: true, resizable: false}, placeholder: () => this.desk.empty("gridcell"),
      selectableRows: false, renderVerticalBuffer: 400, groupBy: this.grouped ? "group" : false, groupToggleElement: "header", groupHeader: (group, count, rows) => this.groupHead(group, count, rows),
    })
    this.table = table
    table.on("tableBuilt", () => {
      this.built = true
      this.name()
      new MutationObserver(() => { if (this.grouped) this.nameGroups() }).observe(this.grid.querySelector(".tabulator-table"), {childList: true})
      table.setFilter((row) => this.desk.view.shows(row))
      if (this.stale) this.reload()
      this.look()
    })
    table.on("dataFiltered", (_filters, rows) => { if (this.visible) this.desk.stage.count(rows.map((row) => row.getData())) })
    table.on("renderComplete", () => this.grid.querySelector(".tabulator-placeholder")?.setAttribute("role", "row"))
  }

  selectAll() {
    this.all = el("input", {type: "checkbox", class: "choose", "aria-label": this.desk.t("choose-all"), onclick: (event) => event.stopPropagation(),
      onchange: (event) => {
        const ids = this.table.getData("active").map(({id}) => id)
        if (event.target.checked) this.desk.selection.add(ids)
        else this.desk.selection.drop(ids)
      }})
    return this.all
  }

  showChosen() {
    if (!this.built) return
    showChosen(this.grid, this.desk.selection)
    if (!this.all) return
    const rows = this.table.getData("active")
    const chosen = rows.filter(({id}) => this.desk.selection.has(id)).length
    this.all.checked = chosen > 0 && chosen === rows.length
    this.all.indeterminate = chosen > 0 && chosen < rows.length
  }

  // Order

  keepOrder() {
    this.order = this.table.getSorters().map(({field, dir}) => ({field, dir}))
    this.keep()
  }

  keep() {
    remember(REMEMBERED, JSON.stringify({order: this.order, grouped: this.grouped}))
  }

  // Sort as was chosen last. A column that is not shown sorts nothing until it is shown again.
  sort() {
    const sortable = this.table.getColumns().filter((column) => column.getDefinition().headerSort !== false).map((column) => column.getField())
    const order = this.order.filter(({field}) => sortable.includes(field))
    if (order.length + this.table.getSorters().length > 0) this.table.setSort(order.map(({field, dir}) => ({column: field, dir})))
  }

  // Groups

  turnGroups() {
    this.grouped = !this.grouped
    this.grouping.setAttribute("aria-pressed", String(this.grouped))
    this.table.setGroupBy(this.grouped ? "group" : false)
    this.keep()
  }

  groupHead(group, total, rows) {
    const free = rows.filter(({state}) => state === "free").length
    return el("span", {class: "group-head", role: "gridcell"}, el("button", {type: "button"}, group || this.desk.t("ungrouped")), " ", el("small", {}, this.desk.t("count-spoken", {free, total})))
  }

  // Tabulator calls the heads of groups groups of rows. A click on the button in one folds it, as on the whole head.
  nameGroups() {
    for (const head of this.grid.querySelectorAll(".tabulator-group")) {
      head.setAttribute("role", "row")
      head.querySelector("button")?.setAttribute("aria-expanded", String(head.classList.contains("tabulator-group-visible")))
    }
  }

  // Living

  reload() {
    this.touched.clear()
    this.removed.clear()
    this.stale = !(this.visible && this.built)
    if (this.columns.remeasure() && !this.stale) this.lay()
    if (!this.stale) this.steady(() => this.table.replaceData(this.desk.rows.all()).then(() => this.look()))
  }

  changed({vms, removed}) {
    for (const vm of vms) this.touched.add(vm.id)
    for (const id of removed) this.removed.add(id)
    if (!this.visible) return
    // In a hidden page no frame comes; the changes wait for one.
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null
      this.desk.press.after(this.draw)
    })
  }

  async flush() {
    if (!this.built) return
    if (this.touched.size + this.removed.size === 0) {
      // Groups alone have changed: what is empty may be so for another reason now.
      if (this.table.getDataCount("active") === 0) this.look()
      return
    }
    const [old, fresh] = [[], []]
    for (const id of this.touched) {
      const vm = this.desk.fleet.vms.get(id)
      if (vm) (this.table.getRow(id) ? old : fresh).push(this.desk.rows.row(vm))
    }
    const gone = [...this.removed].filter((id) => !this.desk.fleet.vms.has(id) && this.table.getRow(id))
    this.touched.clear()
    this.removed.clear()
    if (this.columns.remeasure([...old, ...fresh])) this.lay()
    const moved = fresh.length > 0 || old.some((row) => this.moves(row))
    await this.steady(async () => {
      if (gone.length > 0) await this.table.deleteRow(gone)
      if (fresh.length > 0) await this.table.addData(fresh)
      if (old.length > 0) await this.table.updateData(old)
      // Tabulator draws anew what has another value; a cell may show that of a column that there is no room for.
      for (const {id} of old) this.table.getRow(id).reformat()
    })
    this.count()
    if (moved) this.settling ??= setTimeout(() => {
      this.settling = null
      this.desk.press.after(this.settle)
    }, SETTLE)
  }

  // Whether what is new of a row may show or hide it or give it another place: only then all rows are gone through.
  moves(row) {
    const [was, {view}] = [this.table.getRow(row.id).getData(), this.desk]
    return view.shows(was) !== view.shows(row) || (this.grouped && was.group !== row.group)
      || this.table.getSorters().some(({field}) => was[field] !== row[field])
  }

  count() {
    this.desk.stage.count(this.table.getData("active"))
  }

  // Do something that draws rows anew without taking the focus from what a row holds, or gets meanwhile, as when a
  // dialog closes.
  async steady(work) {
    let held = this.held()
    const follow = () => { held ??= this.held() }
    this.grid.addEventListener("focusin", follow)
    await work()
    this.grid.removeEventListener("focusin", follow)
    if (!held || focused() === held.at) return
    this.focusRow(held.vm, held.act)
    // Tabulator may draw the rows once more a moment later; the focus then fell to the page.
    setTimeout(() => { if (focused() === document.body) this.focusRow(held.vm, held.act) }, AGAIN)
  }

  // What of a row has the focus, and where it belongs.
  held() {
    const at = focused()
    const vm = at?.closest?.(".tabulator-row")?.querySelector("[data-vm]")?.dataset.vm
    return vm ? {at, vm, act: at.dataset.act ?? at.dataset.key} : null
  }

  focusRow(id, act) {
    const acts = this.grid.querySelector(`[data-vm="${CSS.escape(id)}"]`)
    const row = acts?.closest(".tabulator-row")
    const same = act && row?.querySelector(`[data-act="${CSS.escape(act)}"], [data-key="${CSS.escape(act)}"]`)
    const found = same || acts?.querySelector("button") || row?.querySelector("a")
    found?.focus({preventScroll: true})
    return found != null
  }

  // Show what the view says: filter and order anew.
  look() {
    if (!this.built || !this.visible) return
    this.steady(async () => {
      this.table.refreshFilter()
      this.sort()
    })
    this.showChosen()
  }

  tick() {
    countDown(this.grid, this.desk)
  }

  // Names and keys that Tabulator leaves out.
  name() {
    this.grid.setAttribute("aria-label", this.desk.t("table"))
    this.grid.removeAttribute("aria-owns")
    this.grid.querySelector(".tabulator-tableholder")?.setAttribute("role", "rowgroup")
    this.grid.querySelector(".tabulator-table")?.setAttribute("role", "none")
    for (const column of this.grid.querySelectorAll(".tabulator-col.tabulator-sortable:not([tabindex])")) {
      column.tabIndex = 0
      column.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return
        event.preventDefault()
        column.click()
      })
    }
  }
}

// The order and the grouping that were chosen last, as far as they can be read.
function read() {
  try {
    const {order, grouped} = JSON.parse(recall(REMEMBERED) ?? "{}")
    return {order: Array.isArray(order) ? order.filter((one) => ["asc", "desc"].includes(one?.dir)) : [], grouped: grouped === true}
  } catch {
    return {order: [], grouped: false}
  }
}
