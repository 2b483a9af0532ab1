// Warnings that a booking ends: a toast with Renew in it, the page's title, and the browser's own notifications for
// a page that is not looked at, once the person has agreed to them.

import {recall, remember} from "./storage.js"

const SOON = 600_000
const AGREED = "loadzone-notify"
const STAYS = 120_000
const MARK = /^\(![^)]*\) /

export class Warnings {
  constructor(desk, source) {
    this.desk = desk
    this.key = `loadzone-warned ${desk.boot.email ?? ""}`
    source.addEventListener("notification", ({detail}) => this.heard(detail))
    desk.fleet.addEventListener("load", () => this.warn())
    setInterval(() => this.mark(), 1000)
  }

  // What a toast offers with a notification, for `toasts.note`.
  offers({type, vm_id}) {
    if (type !== "expiring") return {}
    const {t, dialogs} = this.desk
    const actions = [{text: t("renew"), run: () => dialogs.show("renew", vm_id)}]
    if (this.canAsk()) actions.push({text: t("notify-ask"), run: () => this.agree(true)})
    return {stays: STAYS, actions}
  }

  // Who comes in the last minutes of a booking has missed the warnings. A browser tells of each end once.
  warn() {
    const {fleet, toasts, words, t} = this.desk
    const warned = (recall(this.key) ?? "").split("\n")
    for (const vm of this.ending()) {
      if (warned.includes(endOf(vm))) continue
      const time = words.when(Date.parse(vm.expires_at), fleet.now())
      toasts.show(t("own-expiring", {vm: vm.id, time}), "warning", null, true,
        {...this.offers({type: "expiring", vm_id: vm.id}), booking: vm.id})
    }
    this.keep()
  }

  // What is told of them now is not told again when the page is loaded anew.
  keep() {
    const ends = this.ending().map(endOf).join("\n")
    if (ends !== (recall(this.key) ?? "")) remember(this.key, ends)
  }

  // One's own bookings that end within minutes.
  ending() {
    const {fleet} = this.desk
    const now = fleet.now()
    const left = ({expires_at: end}) => Date.parse(end) - now
    return [...fleet.vms.values()].filter((vm) => fleet.email != null && vm.booked_by === fleet.email && left(vm) > 0 && left(vm) <= SOON)
  }

  // Browser notifications

  // Browsers offer them to pages under TLS or on the same machine only.
  possible() {
    return "Notification" in globalThis && isSecureContext && Notification.permission !== "denied"
  }

  canAsk() {
    return this.possible() && !this.agreed()
  }

  agreed() {
    return this.possible() && Notification.permission === "granted" && recall(AGREED) === "yes"
  }

  async agree(on) {
    const {t, toasts} = this.desk
    const granted = on && (await Notification.requestPermission()) === "granted"
    remember(AGREED, granted ? "yes" : "no")
    const key = granted ? "notify-on" : on ? "notify-refused" : "notify-off"
    toasts.show(t(key), on && !granted ? "warning" : "success", null, true)
  }

  heard(note) {
    const {type, vm_id} = note
    if (type === "expiring") this.keep()
    if ((type !== "expiring" && type !== "released_by_admin") || !document.hidden || !this.agreed()) return
    const {words, fleet} = this.desk
    const told = words.told(note, fleet.email, fleet.now())
    const shown = new Notification("LoadZone", {body: told.filter(Boolean).join(" "), tag: `${type} ${vm_id}`, lang: this.desk.boot.lang})
    shown.onclick = () => {
      focus()
      shown.close()
      if (type === "expiring") this.desk.dialogs.show("renew", vm_id)
    }
  }

  // The title says how soon the next of one's bookings ends, whatever else stands in it.
  mark() {
    const {fleet, t} = this.desk
    if (fleet.email == null || this.desk.person.over) return
    const next = Math.min(...this.ending().map(({expires_at: end}) => Date.parse(end))) - fleet.now()
    const mark = next <= SOON ? t("title-ends", {m: Math.ceil(next / 60_000)}) : ""
    const plain = document.title.replace(MARK, "")
    const title = mark ? `(! ${mark}) ${plain}` : plain
    if (document.title !== title) document.title = title
  }
}

function endOf({id, expires_at: end}) {
  return `${id} ${end}`
}
