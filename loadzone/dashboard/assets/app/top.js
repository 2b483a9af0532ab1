// What stands in the top bar: the drawer's button, the connection's state, language, theme, and who is here.

import {el, svg} from "./dom.js"

const MENU = "M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z"
const SUN = "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3zM4.2 5.6l1.4-1.4 2.1 2.1-1.4 1.4zm12.1 12.1 1.4-1.4 2.1 2.1-1.4 1.4zM4.2 18.4l2.1-2.1 1.4 1.4-2.1 2.1zM16.3 6.3l2.1-2.1 1.4 1.4-2.1 2.1z"
const MOON = "M12 3a9 9 0 1 0 9 9c0-.5 0-.9-.1-1.4A5.4 5.4 0 0 1 13.4 3.1 9 9 0 0 0 12 3z"
const PERSON = "M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zm0 2c-4 0-9 2-9 6v2h18v-2c0-4-5-6-9-6z"

export class Top {
  constructor(desk, root) {
    this.desk = desk
    this.state = el("span", {class: "connection", role: "status"})
    this.theme = el("button", {type: "button", class: "icon", "aria-label": desk.t("theme"), title: desk.t("theme"),
      onclick: () => globalThis.loadzoneTheme?.toggle()})
    this.drawer = el("button", {type: "button", class: "icon drawer", "aria-label": desk.t("side-panel"), title: desk.t("side-panel"),
      onclick: () => desk.frame?.toggle()}, svg(MENU))
    root.append(el("div", {class: "top"}, this.drawer, el("a", {class: "brand", href: "/"}, "LoadZone"),
      desk.boot.open ? el("span", {class: "open-mode", title: desk.t("open-mode-long")}, desk.t("open-mode")) : null,
      el("span", {class: "gap"}), this.state, this.language(), this.theme, this.person()))
    desk.guard.addEventListener("online", () => this.connection(true))
    desk.guard.addEventListener("offline", () => this.connection(false))
    document.addEventListener("loadzone-theme", () => this.drawTheme())
    this.drawTheme()
  }

  drawTheme() {
    this.theme.replaceChildren(svg(globalThis.loadzoneTheme?.current() === "dark" ? SUN : MOON))
  }

  // A short break is not worth a word.
  connection(online) {
    clearTimeout(this.timer)
    if (online) {
      if (this.state.textContent) this.desk.toasts.show(this.desk.t("online"), "success", null, true)
      this.state.replaceChildren()
      return
    }
    this.timer = setTimeout(() => this.state.replaceChildren(el("span", {class: "shape", "aria-hidden": "true"}, "▲"), this.desk.t("offline")), 1500)
  }

  language() {
    const {lang} = this.desk.boot
    const choose = (event) => {
      document.cookie = `loadzone_lang=${event.target.value}; path=/; max-age=31536000; SameSite=Lax`
      location.reload()
    }
    return el("select", {class: "language", "aria-label": this.desk.t("language"), onchange: choose},
      ...[["en", "English"], ["ru", "Русский"]].map(([code, name]) => el("option", {value: code, lang: code, selected: code === lang}, name)))
  }

  person() {
    const {boot, t} = this.desk
    const here = encodeURIComponent(location.pathname + location.search)
    if (boot.email == null) return el("a", {class: "login", href: `/login?next=${here}`}, this.desk.t("log-in"))
    this.menu = el("div", {class: "menu", id: "person-menu", hidden: true},
      el("p", {}, el("strong", {}, boot.email), el("small", {}, this.desk.t(`role-${boot.role}`))),
      el("button", {type: "button", onclick: () => this.show("mine")}, this.desk.t("view-mine")),
      el("button", {type: "button", onclick: () => this.leave()}, this.desk.t("log-out")))
    this.opener = el("button", {type: "button", class: "icon", "aria-label": this.desk.t("user-menu", {email: boot.email}), title: boot.email,
      "aria-expanded": "false", "aria-controls": "person-menu", onclick: () => this.toggle(this.menu.hidden)}, svg(PERSON))
    const place = el("div", {class: "person", onkeydown: (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return
      this.toggle(false)
      this.opener.focus()
    }}, this.opener, this.menu)
    addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(place)) this.toggle(false)
    })
    place.addEventListener("focusout", ({relatedTarget}) => {
      if (relatedTarget && !place.contains(relatedTarget)) this.toggle(false)
    })
    return place
  }

  toggle(open) {
    this.menu.hidden = !open
    this.opener.setAttribute("aria-expanded", String(open))
  }

  show(name) {
    this.toggle(false)
    this.desk.view.choose({name})
  }

  async leave() {
    this.desk.guard.leaving = true
    try {
      await fetch("/logout", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
      location.assign("/login")
    } catch {
      this.desk.guard.leaving = false
      this.desk.toasts.show(this.desk.t("no-answer"), "error", null, true)
    }
  }
}
