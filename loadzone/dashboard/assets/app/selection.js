// The VMs that are chosen to be handled together: their ids, for the table's boxes and the bar of actions.

export class Selection {
  constructor() {
    this.ids = new Set()
    this.listeners = new Set()
  }

  get size() {
    return this.ids.size
  }

  has(id) {
    return this.ids.has(id)
  }

  // Choose one or give it up; `on` says which, else it turns over.
  toggle(id, on = !this.ids.has(id)) {
    if (on === this.ids.has(id)) return
    if (on) this.ids.add(id)
    else this.ids.delete(id)
    this.tell()
  }

  // Choose several, in one step for whoever listens.
  add(ids) {
    const before = this.ids.size
    for (const id of ids) this.ids.add(id)
    if (this.ids.size !== before) this.tell()
  }

  // Give up several: those that left the fleet, or were handled.
  drop(ids) {
    const before = this.ids.size
    for (const id of ids) this.ids.delete(id)
    if (this.ids.size !== before) this.tell()
  }

  clear() {
    if (this.ids.size === 0) return
    this.ids.clear()
    this.tell()
  }

  // Call `listener` after each change; the function returned ends that.
  onChange(listener) {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tell() {
    for (const listener of this.listeners) listener(this)
  }
}
