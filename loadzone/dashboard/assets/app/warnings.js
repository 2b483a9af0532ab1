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
    source.addEventListener("notification", ({detail}) => this.heard(detail))
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
    if (fleet.email == null) return
    const now = fleet.now()
    let next = Infinity
    for (const vm of fleet.vms.values()) if (vm.booked_by === fleet.email) next = Math.min(next, Date.parse(vm.expires_at) - now)
    const mark = next > 0 && next <= SOON ? t("title-ends", {m: Math.ceil(next / 60_000)}) : ""
    const plain = document.title.replace(MARK, "")
    const title = mark ? `(! ${mark}) ${plain}` : plain
    if (document.title !== title) document.title = title
  }
}
