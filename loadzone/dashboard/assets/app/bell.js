// The bell: the latest notifications, and how many of them came since it was opened last. They outlive a reload.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"

const BELL = "M12 22a2.2 2.2 0 0 0 2.2-2H9.8a2.2 2.2 0 0 0 2.2 2zm7-5-1.8-2.4V10a5.3 5.3 0 0 0-4-5.1V4a1.2 1.2 0 0 0-2.4 0v.9a5.3 5.3 0 0 0-4 5.1v4.6L5 17v1h14z"
const KEPT = 50
const SHAPES = {warning: "▲", error: "■", success: "●", info: "○"}

export class Bell {
  constructor(desk, source) {
    this.desk = desk
    this.key = `loadzone-notes-${desk.boot.email ?? ""}`
    Object.assign(this, {notes: [], unread: 0}, read(this.key))
    this.count = el("span", {class: "badge", "aria-hidden": "true"})
    this.opener = el("button", {type: "button", class: "icon bell"}, svg(BELL), this.count)
    this.list = el("ol", {class: "notes"})
    this.panel = el("section", {class: "menu bell-menu", id: "bell-menu", "aria-label": desk.t("notifications")},
      el("h2", {}, desk.t("notifications")), this.list)
    this.popup = new Popup(this.opener, this.panel, () => this.opened(), () => this.draw())
    this.place = this.popup.place
    source.addEventListener("notification", ({detail}) => this.hear(detail))
    this.draw()
  }

  hear({msg, level, at, vm_id: vm, seq, type, user}) {
    const same = this.notes.some((note) => note.seq === seq && note.msg === msg)
    if (same) return
    this.notes = [{msg, level, at, vm, seq, type, user}, ...this.notes].slice(0, KEPT)
    this.unread = Math.min(this.unread + 1, KEPT)
    this.keep()
    if (this.panel.hidden) this.draw()
    else this.opened()
  }

  opened() {
    const fresh = this.unread
    this.unread = 0
    this.keep()
    this.draw()
    const {words, fleet, t} = this.desk
    this.list.replaceChildren(...this.notes.map((note, place) => {
      const [text, beside] = words.told({...note, vm_id: note.vm}, fleet.email, fleet.now())
      return el("li", {class: place < fresh ? "fresh" : ""},
        el("span", {class: `shape ${note.level}`, "aria-hidden": "true"}, SHAPES[note.level] ?? SHAPES.info),
        el("div", {}, this.text(text, note.vm), el("small", {},
          el("time", {datetime: note.at, title: words.exact(note.at)}, words.moment(note.at, fleet.now())), " ", beside)))
    }))
    if (this.notes.length === 0) this.list.replaceChildren(el("li", {class: "none"}, t("no-notifications")))
  }

  // A note about a VM leads to it.
  text(text, vm) {
    const {fleet, view} = this.desk
    if (!vm || !fleet.vms.has(vm)) return el("p", {}, text)
    return el("button", {type: "button", class: "plain", onclick: () => {
      this.popup.toggle(false)
      this.opener.focus()
      view.open(vm)
    }}, text)
  }

  draw() {
    const shown = this.unread > 0 ? (this.unread < KEPT ? String(this.unread) : `${KEPT}+`) : ""
    this.count.textContent = shown
    const name = this.desk.t("bell", {n: this.unread})
    this.opener.setAttribute("aria-label", name)
    this.opener.title = name
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({notes: this.notes, unread: this.unread}))
    } catch {
      // Storage may be full or forbidden; the notes then last as long as the page.
    }
  }
}

function read(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null")
    return Array.isArray(kept?.notes) && Number.isInteger(kept.unread) ? kept : {}
  } catch {
    return {}
  }
}
