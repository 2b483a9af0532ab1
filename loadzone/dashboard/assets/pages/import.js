// VMs from a CSV file: first shown row by row with what is wrong, then added all at once or not at all.

import {el} from "../app/dom.js"
import {newKey} from "../app/key.js"
import {parseCSV} from "./csv.js"
import {button, table} from "./kit.js"

const COLUMNS = ["id", "group", "internal_ip", "external_ip", "tags", "note"]
const SHOWN = 200

export async function showImport(desk, place) {
  new Import(desk, place)
}

class Import {
  constructor(desk, place) {
    Object.assign(this, {desk, rows: [], busy: false})
    const {t} = desk
    this.file = el("input", {id: "file", type: "file", accept: ".csv,text/csv", "aria-describedby": "text-error", onchange: () => this.load(),
      // The same file, mended meanwhile, is read again.
      onclick: () => { this.file.value = "" }})
    this.text = el("textarea", {id: "text", rows: 7, spellcheck: "false", placeholder: t("admin-import-example"), "aria-describedby": "text-hint text-error", oninput: () => this.changed()})
    this.wrong = el("p", {class: "wrong", id: "text-error", role: "alert"})
    this.summary = el("p", {class: "result", role: "status"})
    this.preview = el("div", {})
    this.add = button(t("admin-import-add"), () => this.send(), {class: "primary", "aria-disabled": "true"})
    place.append(el("p", {class: "about"}, t("admin-import-about", {columns: COLUMNS.join(", ")})),
      el("div", {class: "field"}, el("label", {for: "file"}, t("admin-import-file")), this.file),
      el("div", {class: "field"}, el("label", {for: "text"}, t("admin-import-text")), this.text, el("small", {id: "text-hint"}, t("admin-import-hint")), this.wrong),
      this.summary, el("div", {class: "tools"}, this.add), this.preview)
  }

  async load() {
    const [file] = this.file.files
    if (!file) return
    const content = await file.arrayBuffer()
    try {
      this.text.value = new TextDecoder("utf-8", {fatal: true}).decode(content)
    } catch {
      this.text.value = this.file.value = ""
      await this.look()
      this.tell(this.desk.t("admin-import-encoding"))
      return
    }
    await this.look()
  }

  // The preview follows what is typed, a little later.
  changed() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.look(), 300)
  }

  // What the server would refuse is told at once, by the rules that will judge it.
  async look() {
    const {t} = this.desk
    const text = this.text.value
    this.add.setAttribute("aria-disabled", "true")
    const groups = await this.desk.call("/groups")
    const read = groups.ok ? this.read(text, groups.data) : {problem: groups.message}
    const rows = read.rows ?? []
    const answer = rows.length === 0 ? {ok: true} : await this.desk.call("/check-import-vms", {vms: rows.map(wished)})
    if (text !== this.text.value) return
    Object.assign(this, {rows, key: newKey()})
    this.tell(read.problem ?? "")
    if (answer.ok) this.draw()
    else this.refused(answer)
    if (rows.length === 0 && read.problem == null) this.summary.textContent = text.trim() ? t("admin-import-empty") : ""
  }

  // Say what is wrong with the whole.
  tell(problem) {
    this.wrong.textContent = problem
    this.text.setAttribute("aria-invalid", String(problem !== ""))
  }

  // Rows with what is wrong with the form of each, or what is wrong with the form of the whole.
  read(text, groups) {
    const {t} = this.desk
    const {rows, unfinished} = parseCSV(text)
    if (rows.length === 0) return {rows: []}
    const [{fields: names}, ...rest] = rows
    const strange = names.find((name, at) => !COLUMNS.includes(name) || names.indexOf(name) !== at)
    if (unfinished) return {problem: t("admin-import-unfinished")}
    if (!names.includes("id")) return {problem: t("admin-import-no-id")}
    if (strange != null) return {problem: t("admin-import-column", {column: strange, columns: COLUMNS.join(", ")})}
    const byName = new Map([...groups.map((group) => [String(group.id), group.id]), ...groups.map((group) => [group.name.toLowerCase(), group.id])])
    return {rows: rest.map(({line, fields}) => {
      const given = Object.fromEntries(names.map((name, at) => [name, fields[at] ?? ""]))
      const group = given.group ? byName.get(given.group.toLowerCase()) : null
      const wrong = [...fields.length > names.length ? [t("admin-import-fields")] : [], ...group === undefined ? [t("admin-import-group", {group: given.group})] : []]
      return {line, given, group: group ?? null, wrong}
    })}
  }

  draw() {
    const {t} = this.desk
    const bad = this.rows.filter(({wrong}) => wrong.length > 0)
    this.add.setAttribute("aria-disabled", String(this.rows.length === 0 || bad.length > 0))
    this.summary.textContent = this.rows.length === 0 ? "" : bad.length > 0 ? t("admin-import-wrong", {n: bad.length}) : t("admin-import-ready", {n: this.rows.length})
    // What is wrong stands first; a long list is cut.
    const shown = [...bad, ...this.rows.filter(({wrong}) => wrong.length === 0)].slice(0, SHOWN)
    const columns = [t("admin-column-line"), t("admin-column-problem"), ...COLUMNS.map((name) => this.named(name))]
    this.preview.replaceChildren(this.rows.length === 0 ? "" : table(t("admin-import-preview"), columns,
      shown.map(({line, given, wrong}) => ({class: wrong.length > 0 ? "bad" : null, cells: [String(line), wrong.length > 0 ? `✗ ${wrong.join(" ")}` : "✓", ...COLUMNS.map((name) => given[name] ?? "")]})), ""),
    this.rows.length > SHOWN ? el("p", {}, t("admin-import-more", {n: this.rows.length - SHOWN})) : "")
  }

  async send() {
    if (this.busy || this.add.getAttribute("aria-disabled") === "true") return
    this.busy = true
    this.add.setAttribute("aria-disabled", "true")
    const answer = await this.desk.call("/import-vms", {vms: this.rows.map(wished)}, this.key)
    this.busy = false
    if (answer.code !== "no_answer") this.key = newKey()
    if (answer.ok) this.finished(this.rows.length)
    else this.refused(answer)
  }

  finished(count) {
    this.rows = []
    this.text.value = this.file.value = ""
    this.draw()
    this.desk.say(this.desk.t("admin-imported", {n: count}))
    this.desk.told.scrollIntoView()
  }

  // Nothing was added. What the server found wrong goes to its rows: `vms[3].internal_ip` is row 3.
  refused({message, fields}) {
    const rest = []
    for (const [field, told] of Object.entries(fields)) {
      const at = field.match(/^vms\[(\d+)\](?:\.(\w+))?$/)
      if (at && this.rows[at[1]]) this.rows[at[1]].wrong.push(at[2] ? `${this.named(at[2])}: ${told}` : told)
      else rest.push(told)
    }
    this.draw()
    if (Object.keys(fields).length > rest.length) return
    this.tell(message)
    this.summary.textContent = ""
  }

  // What a column is called.
  named(name) {
    return COLUMNS.includes(name) ? this.desk.t(`admin-import-${name.replace("_", "-")}-column`) : name
  }
}

// The VM that a line asks for, as the call names it.
function wished({given, group}) {
  return {id: given.id, group_id: group, internal_ip: given.internal_ip || null, external_ip: given.external_ip || null,
    tags: (given.tags ?? "").split(";").map((tag) => tag.trim()).filter(Boolean), note: given.note || null}
}
