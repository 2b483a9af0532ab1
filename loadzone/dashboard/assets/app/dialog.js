// The base of all dialogs: a native <dialog> holds the focus, closes on Escape and gives the focus back. What was
// typed is sent as typed and judged by the server; errors stand beside their field; nothing typed is lost.

import {el, focused} from "./dom.js"
import {newKey} from "./key.js"
import {wish} from "./wishes.js"

export class Dialog {
  // `beside` says at which field an error stands that names none, by its code.
  constructor(desk, {kind, title, confirm, danger = false, beside = {}}) {
    Object.assign(this, {desk, kind, beside, key: newKey(), busy: false, possible: true, inputs: new Map(), giveUp: new AbortController()})
    this.heading = el("h2", {id: "dialog-title"}, title)
    this.about = el("p", {class: "about", id: "dialog-about"})
    this.result = el("p", {class: "result", role: "status"})
    this.changed = el("p", {class: "changed", id: "dialog-changed", role: "status"})
    this.problem = el("p", {class: "problem", role: "alert"})
    this.confirm = el("button", {type: "submit", class: danger ? "primary danger" : "primary", "aria-describedby": "dialog-changed"}, confirm)
    this.cancel = el("button", {type: "button", onclick: () => this.element.close()}, desk.t("cancel"))
    this.place = el("div", {class: "fields"})
    this.buttons = el("div", {class: "buttons"}, this.cancel, this.confirm)
    const form = el("form", {novalidate: true, onsubmit: (event) => this.submit(event), oninput: () => this.typedAnew()},
      this.heading, this.about, this.place, this.result, this.changed, this.problem, this.buttons)
    this.element = el("dialog", {"aria-labelledby": "dialog-title", "aria-describedby": "dialog-about", onclose: () => this.giveUp.abort()}, form)
  }

  // Add a field: its control, named by `name`, with what it is called and what helps to fill it in.
  field(name, label, {tag = "input", hint = null, options = null, ...attributes} = {}) {
    const input = el(tag, {id: name, autocomplete: "off", ...attributes, "aria-describedby": `${hint ? `${name}-hint ` : ""}${name}-error`},
      ...(options ?? []).map(([value, text, chosen]) => el("option", {value, selected: chosen}, text)))
    return this.own(name, label, input, hint)
  }

  // The same for a control that is made elsewhere: it has `value` and `focus()`, and is or holds an element.
  own(name, label, control, hint = null) {
    const element = control.element ?? control
    this.inputs.set(name, control)
    const wrong = el("p", {class: "wrong", id: `${name}-error`, role: "alert"})
    return el("div", {class: "field"}, el("label", {for: control.input?.id ?? element.id}, label), element,
      hint ? el("small", {id: `${name}-hint`}, hint) : null, wrong)
  }

  begin() {
    const first = this.inputs.values().next().value ?? (this.confirm.classList.contains("danger") ? this.cancel : this.confirm)
    first.focus()
    first.select?.()
  }

  value(name) {
    return this.inputs.get(name)?.value
  }

  values() {
    return Object.fromEntries([...this.inputs].map(([name, input]) => [name, input.value]))
  }

  // What a page that loads itself again needs to show this dialog as it is.
  draft() {
    return {kind: this.kind, target: this.target, typed: this.values()}
  }

  // Another wish than the one before: its error no longer holds, and it is granted on its own.
  typedAnew() {
    this.key = newKey()
    this.tell({})
    this.refresh()
  }

  // Show what may have changed since the dialog opened.
  refresh() {}

  // Whether it can succeed as far as the page knows; a refusal told before no longer holds when it can again.
  allow(possible) {
    if (possible && !this.possible) put(this.problem, "")
    this.possible = possible
    this.confirm.setAttribute("aria-disabled", String(this.busy || !possible))
  }

  // Ask for what the dialog is about: an answer with `ok`, else `message`, `code` and `fields`; null when none came.
  send() {
    return this.ask(this.kind, this.asked(), this.key)
  }

  // Ask for one thing; while the server does not answer, it is asked again with the same key and the dialog says so.
  async ask(kind, typed, key) {
    const {path, body, field, text} = wish(kind, typed)
    if (field != null) return {ok: false, code: "invalid_input", message: this.desk.t(text), fields: {[field]: this.desk.t(text)}}
    const known = this.desk.fleet.vms.get(body.vm_id)
    const answer = await this.desk.commands.ask(path, body, {key, signal: this.giveUp.signal, unanswered: () => this.unanswered()})
    return answer?.ok ? {...answer, known} : answer
  }

  unanswered() {
    put(this.problem, this.desk.t("asking-again"))
  }

  asked() {
    return this.values()
  }

  // The notifications, [type, VM], that `done` tells in its own way.
  news() {
    return []
  }

  // It was granted.
  done() {
    this.element.close()
  }

  async submit(event) {
    event.preventDefault()
    if (this.busy || !this.possible) return
    this.tell({})
    this.wait(true)
    // Better said at once than after the first try in vain.
    if (this.desk.guard?.online === false) this.unanswered()
    const news = this.news()
    this.desk.toasts?.leave(news)
    const answer = await this.send()
    this.wait(false)
    if (!answer?.ok) this.desk.toasts?.leave(news, false)
    if (this.giveUp.signal.aborted) return
    if (answer?.ok) {
      this.done(answer)
    } else if (answer == null) {
      this.tell({message: this.desk.t("no-answer")})
    } else {
      if (answer.code !== "no_answer") this.key = newKey()
      this.tell(answer)
    }
  }

  // What is being asked for stays as it was typed.
  wait(busy) {
    this.busy = busy
    this.allow(this.possible)
    this.element.classList.toggle("busy", busy)
    if (busy) this.held = this.place.contains(focused()) ? focused() : null
    this.place.inert = busy
    if (!busy && this.element.open) this.held?.focus()
  }

  // Put each error beside its field, what belongs to none below, and the focus on the first wrong field.
  tell({message = "", code = "", fields = {}}) {
    const at = this.beside[code]
    const told = at == null ? fields : {...fields, [at]: this.localised(message)}
    let first = null
    for (const [name, input] of this.inputs) {
      const wrong = told[name]
      put(this.element.querySelector(`#${name}-error`), wrong ?? "")
      const control = input.input ?? input
      control.setAttribute("aria-invalid", String(wrong != null))
      first ??= wrong != null ? input : null
    }
    put(this.problem, first ? "" : this.localised(message))
    first?.focus()
  }

  localised(message) {
    const local = message ? this.desk.words.local(message, this.desk.fleet.now()) : null
    return [message, local].filter(Boolean).join(" ")
  }
}

export function put(element, text) {
  if (element != null && element.textContent !== text) element.textContent = text
}
