// Which part of the fleet a cell shows: as on the page, but the address of a notebook is not ours to write.

import {View} from "./view.js"

export class CellView extends View {
  read() {
    if (this.name == null) Object.assign(this, {group: null, name: "all", chosen: null, search: "", vm: null})
  }

  step(state) {
    if (Object.entries(state).every(([key, value]) => this[key] === value)) return
    Object.assign(this, state)
    this.tell()
  }

  find(search) {
    this.search = search
    this.tell()
  }

  address() {
    return "#"
  }
}
