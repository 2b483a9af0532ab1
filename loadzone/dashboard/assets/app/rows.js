// The rows of all views: one plain object a VM, made once for each change of it, in the order of their names.

export class Rows {
  constructor(desk, cells) {
    Object.assign(this, {desk, cells, kept: new Map(), order: null})
    this.collator = new Intl.Collator(desk.boot.lang, {numeric: true})
    desk.fleet.addEventListener("load", () => { this.order = null })
    desk.fleet.addEventListener("change", ({detail}) => {
      if (detail.removed.length > 0 || detail.vms.some(({id}) => !this.kept.has(id))) this.order = null
    })
  }

  // The same object as long as nothing of what it shows has changed.
  row(vm) {
    const kept = this.kept.get(vm.id)
    if (kept?.vm === vm && kept.group === this.desk.fleet.groupName(vm)) return kept.row
    const row = this.cells.row(vm)
    this.kept.set(vm.id, {vm, group: row.group, row})
    return row
  }

  all() {
    const {fleet} = this.desk
    if (this.order == null) {
      this.order = [...fleet.vms.keys()].sort(this.collator.compare)
      for (const id of this.kept.keys()) if (!fleet.vms.has(id)) this.kept.delete(id)
    }
    return this.order.map((id) => this.row(fleet.vms.get(id)))
  }

  shown() {
    return this.all().filter((row) => this.desk.view.shows(row))
  }
}
