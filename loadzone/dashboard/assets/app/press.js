// While a pointer is down on the fleet, drawing anew waits: a click goes nowhere when what was pressed is replaced,
// or stands elsewhere, before the pointer is up again.

export class Press {
  constructor(place) {
    Object.assign(this, {down: false, waiting: new Set()})
    place.addEventListener("pointerdown", () => { this.down = true }, {capture: true, passive: true})
    for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, () => this.end(), {capture: true, passive: true})
  }

  // Do `work`: now, or once when the pointer is up and its click was heard.
  after(work) {
    if (this.down) this.waiting.add(work)
    else work()
  }

  end() {
    if (!this.down) return
    setTimeout(() => {
      this.down = false
      const waiting = [...this.waiting]
      this.waiting.clear()
      for (const work of waiting) work()
    })
  }
}
