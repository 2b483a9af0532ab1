// The bell: the latest notifications, as the server gives them when the page opens and the feed goes on telling, and how
// many of them this browser's person has not read. What they did themselves is no news to them. The browser keeps but two
// numbers a person: of the last change that was read, and of the last one that was told.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"
import {recall, remember} from "./storage.js"

const BELL = "M12 22a2.2 2.2 0 0 0 2.2-2H9.8a2.2 2.2 0 0 0 2.2 2zm7-5-1.8-2.4V10a5.3 5.3 0 0 0-4-5.1V4a1.2 1.2 0 0 0-2.4 0v.9a5.3 5.3 0 0 0-4 5.1v4.6L5 17v1h14z"
const KEPT = 50
const MISSED = "released_by_admin"
// What befalls one's own booking by itself, or is only told to its holder.
const NOT_OWN = new Set(["expired", "expiring", MISSED])
const SHAPES = {warning: "▲", error: "■", success: "●", info: "○"}

export class Bell {
  constructor(desk, source) {
    this.desk = desk
    this.key = `loadzone-read ${desk.boot.email ?? ""}`
    Object.assign(this, {notes: [], seq: 0}, this.kept())
    this.count = el("span", {class: "badge", "aria-hidden": "true"})
    this.opener = el("button", {type: "button", class: "icon bell"}, svg(BELL), this.count)
    this.list = el("ol", {class: "notes"})
    this.panel = el("section", {class: "menu bell-menu", id: "bell-menu", "aria-label": desk.t("notifications")},
      el("h2", {}, desk.t("notifications")), this.list)
    this.popup = new Popup(this.opener, this.panel, () => this.opened(), () => this.draw())
    this.place = this.popup.place
    source.addEventListener("notification", ({detail}) => this.hear(detail))
    desk.fleet.addEventListener("load", () => this.load())
    // Another page of the same person has read them.
    addEventListener("storage", ({key}) => {
      if (key !== this.key) return
      Object.assign(this, this.kept())
      this.draw()
    })
    this.draw()
  }

  kept() {
    const [read, told] = (recall(this.key) ?? "").split(" ").map(Number)
    return Number.isInteger(told) ? {read, told} : {read: null, told: null}
  }

  keep() {
    remember(this.key, `${this.read} ${this.told}`)
  }

  // What happened before this page was there, or while it missed too much. Of that only what an administrator did to one's
  // own booking is worth a toast, once.
  async load() {
    let answer
    try {
      answer = await this.desk.person.fetch("/notifications", {headers: {Accept: "application/json"}})
      if (!answer.ok) return
      answer = await answer.json()
    } catch {
      // Away for a moment: the feed still tells what comes next.
      return
    }
    const {seq, notifications} = answer
    if (seq < this.seq) return
    this.seq = seq
    this.notes = [...this.notes.filter((note) => note.seq > seq), ...notifications].slice(0, KEPT)
    // A browser that is new to this person, or a store that begins anew.
    if (this.read == null || this.read > seq) {
      this.read = (notifications.findLast(({type}) => type === MISSED)?.seq ?? seq + 1) - 1
      this.told = seq
    }
    const missed = notifications.filter((note) => note.type === MISSED && note.seq > Math.max(this.told, this.read))
    for (const note of missed.reverse()) this.desk.toasts.note(note)
    this.told = Math.max(this.told, seq)
    this.settle()
  }

  hear(note) {
    if (note.seq <= this.seq) return
    this.notes = [note, ...this.notes].slice(0, KEPT)
    this.told = Math.max(this.told, note.seq)
    this.settle()
  }

  settle() {
    if (this.read != null) this.keep()
    if (this.panel.hidden) this.draw()
    else this.opened()
  }

  isOwn({type, user, by, vm_id: vm}) {
    const {boot: {email}, commands} = this.desk
    if (email == null) return false
    if (by !== undefined) return by === email
    return user === email ? !NOT_OWN.has(type) : type === "released" && commands.asked.has(vm)
  }

  isFresh(note) {
    return this.read != null && note.seq > this.read && !this.isOwn(note)
  }

  opened() {
    const fresh = new Set(this.notes.filter((note) => this.isFresh(note)))
    if (this.read != null) {
      this.read = Math.max(this.read, this.notes[0]?.seq ?? 0)
      this.keep()
    }
    this.draw()
    const {words, fleet, t} = this.desk
    this.list.replaceChildren(...this.notes.map((note) => {
      const [text, beside] = words.told(note, fleet.email, fleet.now())
      return el("li", {class: fresh.has(note) ? "fresh" : ""},
        el("span", {class: `shape ${note.level}`, "aria-hidden": "true"}, SHAPES[note.level] ?? SHAPES.info),
        el("div", {}, this.text(text, note.vm_id), el("small", {},
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
    const unread = this.notes.filter((note) => this.isFresh(note)).length
    this.count.textContent = unread > 0 ? (unread < KEPT ? String(unread) : `${KEPT}+`) : ""
    const name = this.desk.t("bell", {n: unread})
    this.opener.setAttribute("aria-label", name)
    this.opener.title = name
  }
}
