// What stands in the top bar: the drawer's button, search, the connection's state, the bell, language, theme, who is here.

import {el, svg} from "./dom.js"
import {Popup} from "./popup.js"
import {logOut, speak} from "./reader.js"
import {themeButton} from "./theme-button.js"

const MENU = "M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z"
const PERSON = "M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zm0 2c-4 0-9 2-9 6v2h18v-2c0-4-5-6-9-6z"
const MORE = "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
const PHONE = matchMedia("(max-width: 760px)")
const TYPING = "input, textarea, select, dialog *"

export class Top {
  constructor(desk, root) {
    this.desk = desk
    this.state = el("span", {class: "connection", role: "status"})
    this.drawer = el("button", {type: "button", class: "icon drawer", "aria-label": desk.t("side-panel"), title: desk.t("side-panel"),
      onclick: () => desk.frame?.toggle()}, svg(MENU))
    this.looks = el("div", {class: "looks"}, this.language(), themeButton((choice) => desk.t(`theme-${choice}`)))
    const person = this.person()
    root.append(el("div", {class: "top"}, this.drawer, el("a", {class: "brand", href: "/"}, el("span", {}, "LoadZone"), this.icon()),
      desk.boot.open ? el("span", {class: "open-mode", title: desk.t("open-mode-long")}, desk.t("open-mode")) : null,
      this.find(), this.state, desk.bell.place, this.looks, person))
    this.bar = root.firstElementChild
    this.person = person
    desk.guard.addEventListener("online", () => this.connection(true))
    desk.guard.addEventListener("offline", () => this.connection(false))
    PHONE.addEventListener("change", () => this.fit())
    this.fit()
  }

  // On a phone the name shrinks to its sign.
  icon() {
    return el("img", {src: `${this.desk.boot.assets}app/icon.svg`, alt: "LoadZone", width: 28, height: 28})
  }

  // There language and theme stand in the menu.
  fit() {
    if (PHONE.matches) this.menu.append(this.looks)
    else this.bar.insertBefore(this.looks, this.person)
  }

  find() {
    const {desk} = this
    const {view} = desk
    this.search = el("input", {type: "search", class: "search", "aria-label": desk.t("search"), "aria-keyshortcuts": "/", placeholder: desk.t("search-hint"),
      value: view.search, autocomplete: "off", spellcheck: "false", oninput: () => this.typed(), onkeydown: (event) => {
        if (event.key === "Escape" && this.search.value) {
          event.preventDefault()
          this.search.value = ""
          this.typed()
        }
      }})
    view.addEventListener("change", () => {
      if (this.search.value !== view.search && !this.timer) this.search.value = view.search
    })
    addEventListener("keydown", (event) => {
      const at = event.composedPath()[0]
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || at.matches?.(TYPING)) return
      event.preventDefault()
      this.search.focus()
      this.search.select()
    })
    desk.focusSearch = () => this.search.focus()
    return el("div", {class: "find", role: "search"}, this.search)
  }

  // Thousands of rows are filtered once for what was typed together.
  typed() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = null
      this.desk.view.find(this.search.value)
    }, 80)
  }

  // A short break is not worth a word.
  connection(online) {
    clearTimeout(this.lost)
    if (online) {
      if (this.state.textContent) this.desk.toasts.show(this.desk.t("online"), "success", null, true)
      this.state.replaceChildren()
      this.desk.title.connection(true)
      return
    }
    this.lost = setTimeout(() => {
      this.state.replaceChildren(el("span", {class: "shape", "aria-hidden": "true"}, "▲"), el("span", {}, this.desk.t("offline")))
      this.state.title = this.desk.t("offline")
      this.desk.title.connection(false)
    }, 1500)
  }

  language() {
    const {lang} = this.desk.boot
    const choose = (event) => speak(event.target.value)
    return el("select", {class: "language", "aria-label": this.desk.t("language"), onchange: choose},
      ...[["en", "English"], ["ru", "Русский"]].map(([code, name]) => el("option", {value: code, lang: code, selected: code === lang}, name)))
  }

  person() {
    const {boot, t} = this.desk
    const here = encodeURIComponent(location.pathname + location.search)
    const guest = boot.email == null
    this.menu = el("div", {class: "menu", id: "person-menu"}, ...guest ? this.pages() : [
      el("p", {}, el("strong", {}, boot.email), el("small", {}, t(`role-${boot.role}`))),
      el("button", {type: "button", onclick: () => this.pick(() => this.desk.view.choose({name: "mine"}))}, t("view-mine")),
      ...this.pages(),
      el("button", {type: "button", onclick: () => this.leave()}, t("log-out"))])
    const name = guest ? t("more") : t("user-menu", {email: boot.email})
    const opener = el("button", {type: "button", class: "icon", "aria-label": name, title: guest ? name : boot.email}, svg(guest ? MORE : PERSON))
    this.popup = new Popup(opener, this.menu, () => this.switches.forEach((draw) => draw()))
    const login = guest ? el("a", {class: "login", href: `/login?next=${here}`}, t("log-in")) : null
    return el("div", {class: guest ? "person guest" : "person"}, login, this.popup.place)
  }

  // Further pages that this person may open: `desk.pages` lists them as {name, open}, `name` being a text's key. A
  // switch has `on` too, which tells whether it is; that is looked at whenever the menu opens.
  pages() {
    const {pages = [], t} = this.desk
    this.switches = []
    return pages.map(({name, open, on}) => {
      const button = el("button", {type: "button", onclick: () => this.pick(open)}, t(name))
      if (on) this.switches.push(() => button.setAttribute("aria-pressed", String(on())))
      return button
    })
  }

  pick(act) {
    this.popup.toggle(false)
    this.popup.opener.focus()
    act()
  }

  async leave() {
    try {
      await logOut(this.desk.person)
    } catch {
      this.desk.toasts.show(this.desk.t("no-answer"), "error", null, true)
    }
  }
}
