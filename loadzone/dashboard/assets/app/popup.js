// A button that shows and hides what hangs below it. Escape, a click elsewhere and Tab away close it.

import {el} from "./dom.js"

export class Popup {
  // `opening` is called before the panel shows, `closed` after it was hidden.
  constructor(opener, panel, opening = () => {}, closed = () => {}) {
    Object.assign(this, {opener, panel, opening, closed})
    panel.hidden = true
    opener.setAttribute("aria-expanded", "false")
    opener.setAttribute("aria-controls", panel.id)
    opener.addEventListener("click", () => this.toggle(panel.hidden))
    this.place = el("div", {class: "popup", onkeydown: (event) => {
      if (event.key !== "Escape" || panel.hidden) return
      event.stopPropagation()
      this.toggle(false)
      opener.focus()
    }}, opener, panel)
    addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(this.place)) this.toggle(false)
    })
    this.place.addEventListener("focusout", ({relatedTarget}) => {
      if (relatedTarget && !this.place.contains(relatedTarget)) this.toggle(false)
    })
  }

  toggle(open) {
    if (open === !this.panel.hidden) return
    if (open) this.opening()
    this.panel.hidden = !open
    this.opener.setAttribute("aria-expanded", String(open))
    if (!open) this.closed()
  }
}
