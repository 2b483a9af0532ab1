// What the pages for people, tokens, history and import share: calls, tables, dialogs, and the words of the page.

import {Calls} from "../app/calls.js"
import {Clock} from "../app/clock.js"
import {Dialog} from "../app/dialog.js"
import {el} from "../app/dom.js"
import {Words} from "../app/words.js"

const PATIENCE = 30_000

export class Desk {
  constructor(data, texts, person) {
    Object.assign(this, {...data, person, boot: data, words: new Words(data.lang, texts), fleet: new Clock(data.now), open: null})
    this.t = (key, values) => this.words.t(key, values)
    this.calls = new Calls(person, this.t)
    person.keep = () => this.keep()
    this.told = el("p", {class: "told", role: "status"})
  }

  // One call, as `Calls` makes it, but with an answer in any case. A change that is sent again under its key is made once.
  async call(path, body = null, key = null) {
    const answer = await this.calls.once(path, {body: body ?? undefined, key, patience: PATIENCE})
    if (answer == null) return {ok: false, message: this.t("no-answer"), code: "no_answer", fields: {}}
    this.hide(answer.status === 401)
    return answer.status === 401 ? {...answer, fields: {}, message: this.t("admin-login-over")} : answer
  }

  // After a logout no table can be read; an open dialog keeps what was typed, and goes on when the same person is back.
  hide(over) {
    document.body.classList.toggle("login-over", over)
  }

  keep() {
    if (!this.open?.element.open) return false
    this.hide(true)
    this.open.tell({message: this.t("admin-login-over")})
    return true
  }

  say(text) {
    this.told.textContent = text
  }

  // One dialog at a time; one that follows another gives the focus back to where the first came from.
  show(dialog) {
    if (this.open?.element.open) return
    const back = this.open == null ? document.activeElement : this.back
    Object.assign(this, {open: dialog, back})
    dialog.element.addEventListener("close", () => {
      dialog.element.remove()
      if (this.open !== dialog) return
      this.open = null
      if (back?.isConnected) back.focus()
      else document.querySelector("main button")?.focus()
    })
    document.body.append(dialog.element)
    dialog.element.showModal()
    dialog.begin()
  }

  day(at) {
    return at == null ? "" : el("time", {datetime: at, title: this.words.exact(at)}, this.words.stamp(at))
  }

  // VMs and people lead to what is known of them.
  vm(id) {
    return el("a", {class: "whole", href: `/?vm=${encodeURIComponent(id)}`, translate: "no"}, id)
  }

  // Only administrators may see what others did.
  personLink(email) {
    if (this.role !== "admin") return email
    return el("a", {class: "whole", href: `/admin/history?user=${encodeURIComponent(email)}`, translate: "no"}, email)
  }
}

// A dialog that sends its fields to a call; `after` gets the answer's data.
export class CallDialog extends Dialog {
  constructor(desk, {path, after, body = (values) => values, fields = [], about = "", ...options}) {
    super(desk, {kind: path, ...options})
    Object.assign(this, {path, after, body})
    this.about.textContent = about
    this.place.append(...fields.map(([name, label, details]) => this.field(name, label, details)))
  }

  send() {
    return this.desk.call(this.path, this.body(this.values()), this.key)
  }

  done({data}) {
    this.element.close()
    this.after(data)
  }
}

// Something that is shown once, to be copied: a key, a link.
export class SecretDialog extends Dialog {
  constructor(desk, {title, about, secret}) {
    super(desk, {kind: "secret", title, confirm: desk.t("admin-copy")})
    this.about.textContent = about
    this.place.append(this.field("secret", desk.t("admin-secret"), {value: secret, readonly: true, spellcheck: "false"}))
    this.cancel.textContent = desk.t("close")
  }

  // Shown from its beginning, however long it is.
  begin() {
    const input = this.inputs.get("secret")
    input.focus()
    input.setSelectionRange(0, input.value.length, "backward")
  }

  async submit(event) {
    event.preventDefault()
    await copyFrom(this, "secret")
  }
}

// Copy what stands in a field of a dialog, and say so there.
export async function copyFrom(dialog, name) {
  const input = dialog.inputs.get(name)
  input.select()
  try {
    await navigator.clipboard.writeText(input.value)
    dialog.result.textContent = dialog.desk.t("admin-copied")
  } catch {
    // Without TLS there is no clipboard: the text is selected, ready to be copied by hand.
    dialog.result.textContent = dialog.desk.t("admin-copy-by-hand")
  }
}

export function button(text, run, attributes = {}) {
  return el("button", {type: "button", onclick: run, ...attributes}, text)
}

// A table whose rows become blocks on a phone: each cell says its column there.
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return el("p", {class: "none"}, empty)
  const cell = (value, column) => el("td", {"data-label": column}, ...[value].flat().map((part) => part ?? ""))
  return el("div", {class: "scroll"}, el("table", {}, el("caption", {class: "unseen"}, caption),
    el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", {scope: "col"}, column)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {class: row.class ?? null}, ...row.cells.map((value, at) => cell(value, columns[at])))))))
}
