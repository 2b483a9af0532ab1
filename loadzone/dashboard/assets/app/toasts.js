// Notifications as toasts, and spoken through one live region. A busy fleet must bury neither the table nor a listener.

import {el} from "./dom.js"

const SHOWN = 3
const STAYS = {info: 6000, success: 6000, warning: 30_000, error: 30_000}
const SPEAK_EVERY = 2500
// What becomes of a booking: the newest of these is true, and what an older one says or offers no longer is.
const BOOKINGS = ["booked", "renewed", "released", "expiring"]

export class Toasts {
  constructor(host, words, fleet) {
    Object.assign(this, {words, fleet, lastSpoken: 0, unspoken: [], told: new Set()})
    this.list = el("ol", {class: "toasts"})
    this.spoken = el("div", {class: "unseen", role: "status", "aria-live": "polite"})
    this.alarm = el("div", {class: "unseen", role: "alert"})
    host.append(el("section", {"aria-label": words.t("toasts")}, this.list), this.spoken, this.alarm)
  }

  note(note, options) {
    const {level, user, type, vm_id: vm} = note
    const own = user === this.fleet.email
    if (own && this.told.delete(newsOf(type, vm))) return
    const [text, beside] = this.words.told(note, this.fleet.email, this.fleet.now())
    this.show(text, STAYS[level] ? level : "info", beside, own, {...options, booking: BOOKINGS.includes(type) ? vm : null})
  }

  // What is asked for now is told by who asks, in words of its own: `news` are [type, VM] of notifications that say the
  // same again. With `on` false they are told after all, for it was refused.
  leave(news, on = true) {
    for (const each of news) {
      if (on) this.told.add(newsOf(...each))
      else this.told.delete(newsOf(...each))
    }
  }

  // `actions` are buttons in the toast, {text, run}; `stays` is how long it does, in milliseconds; `booking` is the VM
  // whose booking it tells of, and it takes the place of what was told of that before.
  show(text, level = "info", beside = null, own = false, {stays = STAYS[level], actions = [], booking = null} = {}) {
    const close = el("button", {class: "quiet", "aria-label": this.words.t("close"), onclick: () => toast.remove()}, "×")
    const toast = el("li", {class: `toast ${level}`, "data-own": own, "data-booking": booking},
      el("span", {class: "shape", "aria-hidden": "true"}, {warning: "▲", error: "■", success: "●"}[level] ?? "○"),
      el("p", {}, text, beside ? el("small", {}, beside) : null), ...actions.map((each) => this.button(each, () => toast.remove())), close)
    if (booking != null) [...this.list.children].filter((each) => each.dataset.booking === booking).forEach((each) => each.remove())
    this.list.append(toast)
    while (this.list.children.length > SHOWN) this.oldest().remove()
    this.expire(toast, stays)
    this.speak(beside ? `${text} ${beside}` : text, level)
    return () => toast.remove()
  }

  button({text, run}, done) {
    return el("button", {type: "button", class: "offer", onclick: () => {
      done()
      run()
    }}, text)
  }

  // A toast that is being read stays.
  expire(toast, after) {
    setTimeout(() => (toast.matches(":hover, :focus-within") ? this.expire(toast, 1000) : toast.remove()), after)
  }

  // What others did goes first; warnings, what concerns the viewer and what offers something stay.
  oldest() {
    const rows = [...this.list.children]
    return rows.find((row) => row.matches(".info, .success") && row.dataset.own !== "true")
      ?? rows.find((row) => row.querySelector(".offer") == null) ?? rows[0]
  }

  speak(text, level) {
    if (level === "warning" || level === "error") {
      this.alarm.textContent = text
      return
    }
    this.unspoken.push(text)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const more = this.unspoken.length - 1
      this.spoken.textContent = more > 0 ? `${this.unspoken.at(-1)} ${this.words.t("and-more", {n: more})}` : this.unspoken[0]
      this.unspoken = []
      this.lastSpoken = performance.now()
    }, Math.max(150, this.lastSpoken + SPEAK_EVERY - performance.now()))
  }
}

function newsOf(type, vm) {
  return `${type} ${vm ?? ""}`
}
