// VMs from a CSV file: first shown row by row with what is wrong, then added all at once or not at all. The server reads
// the file, so that it is read as the command line's is.

import {el} from "../app/dom.js"
import {button, table} from "./kit.js"
import {Upload, randomName} from "./upload.js"

const COLUMNS = ["id", "group", "internal_ip", "external_ip", "tags", "note"]
const PREFIX_MIN = 2

export async function showImport(desk, place) {
  new Import(desk, place)
}

class Import {
  constructor(desk, place) {
    Object.assign(this, {desk, busy: false, key: null, upload: new Upload(desk, new Uint8Array())})
    const {t} = desk
    this.file = el("input", {id: "file", type: "file", accept: ".csv,.txt,text/csv", "aria-describedby": "text-error", onchange: () => this.load(),
      // The same file, mended meanwhile, is read again.
      onclick: () => { this.file.value = "" }})
    this.text = el("textarea", {id: "text", rows: 7, spellcheck: "false", placeholder: t("admin-import-example"), "aria-describedby": "text-hint text-error", oninput: () => this.changed()})
    this.wrong = el("p", {class: "wrong", id: "text-error", role: "alert"})
    this.summary = el("p", {class: "result", role: "status"})
    this.preview = el("div", {})
    this.create = el("input", {id: "create-groups", type: "checkbox", onchange: () => this.look()})
    this.createLabel = el("label", {for: "create-groups"})
    this.groups = el("div", {class: "field check", hidden: true}, this.create, this.createLabel)
    this.add = button(t("admin-import-add"), () => this.send(), {class: "primary", "aria-disabled": "true"})
    place.append(el("p", {class: "about"}, t("admin-import-about", {columns: COLUMNS.join(", ")})),
      el("div", {class: "field"}, el("label", {for: "file"}, t("admin-import-file")), this.file),
      el("div", {class: "field"}, el("label", {for: "text"}, t("admin-import-text")), this.text, el("small", {id: "text-hint"}, t("admin-import-hint")), this.wrong),
      this.summary, this.groups, el("div", {class: "tools"}, this.add), this.preview)
  }

  // What is shown of a file may be edited; unedited, the server gets its very bytes.
  async load() {
    const [file] = this.file.files
    if (!file) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    this.text.value = shown(bytes)
    // Chosen once more, it is another file; its name stays in sight until then, but not beside an empty text.
    if (this.text.value === "") this.file.value = ""
    await this.take(bytes)
  }

  // The preview follows what is typed, a little later.
  changed() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.take(new TextEncoder().encode(this.text.value)), 300)
  }

  async take(bytes) {
    clearTimeout(this.timer)
    this.upload = new Upload(this.desk, bytes)
    this.create.checked = false
    await this.look()
  }

  // What the server would refuse is told at once, by the rules that will judge it.
  async look() {
    const {upload} = this
    this.add.setAttribute("aria-disabled", "true")
    const answer = upload.empty ? null : await upload.call("/check-csv", {create_groups: this.create.checked})
    if (upload === this.upload) this.show(answer)
  }

  show(answer) {
    const read = answer?.data
    const {count = 0, wrong = 0, rows = [], new_groups: groups = []} = read ?? {}
    const {whole, lines} = sorted(read?.errors ?? [], rows)
    const {t} = this.desk
    const told = answer == null || answer.ok ? "" : rows.length > 0 ? "" : whole.join(" ") || answer.message
    this.tell(told)
    this.groups.hidden = groups.length === 0
    this.createLabel.textContent = groups.length === 0 ? "" : t("admin-import-create", {n: groups.length, groups: groups.join(", ")})
    this.add.setAttribute("aria-disabled", String(!answer?.ok || count === 0))
    this.summary.textContent = answer == null || told ? "" : count === 0 ? t("admin-import-empty") : wrong > 0 ? t("admin-import-wrong", {n: wrong}) : t("admin-import-ready", {n: count})
    const columns = [t("admin-column-line"), t("admin-column-problem"), ...COLUMNS.map((name) => this.named(name))]
    this.preview.replaceChildren(rows.length === 0 ? "" : table(t("admin-import-preview"), columns, rows.map((row) => this.row(row, lines.get(row.line))), ""),
      count > rows.length ? el("p", {}, t("admin-import-more", {n: count - rows.length})) : "")
  }

  // What is wrong with a cell stands in it.
  row({line, cells}, faults = new Map()) {
    const problem = faults.size === 0 ? "✓" : ["✗", ...faults.get("") ?? []].join(" ")
    const cell = (name) => [cells[name] ?? "", ...(faults.get(name) ?? []).map((message) => el("p", {class: "wrong"}, message))]
    return {class: faults.size > 0 ? "bad" : null, cells: [String(line), problem, ...COLUMNS.map(cell)]}
  }

  // Say what is wrong with the whole.
  tell(problem) {
    this.wrong.textContent = problem
    this.text.setAttribute("aria-invalid", String(problem !== ""))
  }

  async send() {
    if (this.busy || this.add.getAttribute("aria-disabled") === "true") return
    this.busy = true
    this.add.setAttribute("aria-disabled", "true")
    // Sent again after a broken line it is still the same import.
    this.key ??= randomName()
    const answer = await this.upload.call("/import-csv", {create_groups: this.create.checked}, this.key)
    if (answer.code !== "no_answer") this.key = null
    this.busy = false
    if (answer.ok) this.finished(answer.data)
    else if (answer.code === "invalid_input") await this.look()
    else this.failed(answer.message)
  }

  failed(message) {
    this.tell(message)
    this.summary.textContent = ""
    this.add.setAttribute("aria-disabled", "false")
  }

  finished({count, common}) {
    const {t} = this.desk
    this.text.value = this.file.value = ""
    this.upload = new Upload(this.desk, new Uint8Array())
    this.show(null)
    const found = common.length >= PREFIX_MIN ? `/?${new URLSearchParams({q: common})}` : "/"
    this.desk.told.replaceChildren(t("admin-imported", {n: count}), " ", el("a", {href: found}, t("admin-import-see")))
    this.desk.told.scrollIntoView()
  }

  // What a column is called.
  named(name) {
    return this.desk.t(`admin-import-${name.replace("_", "-")}-column`)
  }
}

// The text of a file as far as it can be shown; the server says what is wrong with another encoding.
function shown(bytes) {
  const mark = (bytes[0] << 8) | bytes[1]
  const encoding = mark === 0xFFFE ? "utf-16le" : mark === 0xFEFF ? "utf-16be" : "utf-8"
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(bytes)
  } catch {
    return ""
  }
}

// Faults of lines that are shown, by line and column (`lines[5].group`), and all others.
function sorted(errors, rows) {
  const lines = new Map(rows.map(({line}) => [line, new Map()]))
  const whole = []
  for (const {field, message} of errors) {
    const found = field.match(/^lines\[(\d+)\](?:\.(\w+))?$/)
    const faults = found && lines.get(Number(found[1]))
    if (!faults) whole.push(message)
    else faults.set(found[2] ?? "", [...faults.get(found[2] ?? "") ?? [], message])
  }
  return {whole, lines}
}
