// The Analytics page: a range, a group and a user that stand in the address, numbers, and figures as they come.

import {el} from "../app/dom.js"
import {button} from "./kit.js"
import {Canvas} from "./figures.js"
import {readLines} from "./lines.js"

const DATA = "/analytics/data"
const RANGES = ["7d", "30d", "90d", "year", "all"]
const DEFAULT = "30d"
const FIELDS = ["since", "until", "group", "user"]
const PATIENCE = 1000 // milliseconds before it is said what is being done

export async function showAnalytics(desk, place) {
  const answer = await desk.call("/groups")
  new Analytics(desk, place, answer.ok ? answer.data : [])
}

class Analytics {
  constructor(desk, place, groups) {
    Object.assign(this, {desk, inputs: new Map(), canvas: new Canvas(desk)})
    const t = this.t = desk.t
    this.ranges = el("nav", {class: "ranges", "aria-label": t("admin-analytics-ranges")})
    this.form = this.makeForm(groups)
    this.problem = el("div", {role: "alert", class: "problem"})
    this.step = el("p", {role: "status", class: "step"})
    this.bar = el("progress", {"aria-label": t("admin-analytics-progress"), hidden: true})
    this.numbers = el("ul", {class: "numbers", "aria-label": t("admin-analytics-numbers")})
    this.remark = el("p", {class: "remark"})
    this.figures = el("div", {class: "figures"})
    const {timeZone} = Intl.DateTimeFormat().resolvedOptions()
    this.zone = timeZone ?? "UTC"
    place.append(el("p", {class: "about"}, t("admin-analytics-about", {zone: this.zone})), this.ranges, this.form, this.problem,
      el("div", {class: "working"}, this.step, this.bar), this.numbers, this.remark, this.figures)
    addEventListener("popstate", () => this.load())
    this.load()
  }

  makeForm(groups) {
    const {t} = this
    const order = [...groups].sort((one, other) => one.name.localeCompare(other.name, this.desk.lang, {numeric: true}))
    this.people = el("datalist", {id: "people"})
    const options = [el("option", {value: ""}, t("admin-analytics-all-groups")), ...order.map(({id, name}) => el("option", {value: id}, name))]
    return el("form", {class: "filters", novalidate: true, onsubmit: (event) => this.submit(event)},
      this.field("since", el("input", {type: "date"})), this.field("until", el("input", {type: "date"})),
      this.field("group", el("select", {}, ...options)),
      this.field("user", el("input", {type: "text", list: "people", autocomplete: "off", spellcheck: "false", maxlength: 254})),
      this.people, el("button", {type: "submit", class: "primary"}, t("admin-analytics-show")))
  }

  field(name, input) {
    input.id = name
    input.setAttribute("aria-describedby", `${name}-error`)
    this.inputs.set(name, input)
    const wrong = el("p", {class: "wrong", id: `${name}-error`, role: "alert"})
    return el("div", {class: "field"}, el("label", {for: name}, this.t(`admin-analytics-${name}`)), input, wrong)
  }

  // What the address asks for, with nothing in it that says nothing.
  asked() {
    const given = new URLSearchParams(location.search)
    return new URLSearchParams(["range", ...FIELDS].map((name) => [name, given.get(name) ?? ""]).filter(([, value]) => value))
  }

  submit(event) {
    event.preventDefault()
    const query = new URLSearchParams()
    for (const [name, input] of this.inputs) if (input.value.trim()) query.set(name, input.value.trim())
    const range = this.asked().get("range")
    if (range && !query.has("since") && !query.has("until")) query.set("range", range)
    this.go(query)
  }

  go(query) {
    history.pushState(null, "", query.size ? `?${query}` : location.pathname)
    this.load()
  }

  drawFilters(query) {
    for (const [name, input] of this.inputs) {
      input.value = query.get(name) ?? ""
      if (input.value !== (query.get(name) ?? "")) input.value = ""
    }
    const own = query.has("since") || query.has("until")
    this.ranges.replaceChildren(...RANGES.map((name) => {
      const other = new URLSearchParams(query)
      for (const each of ["since", "until"]) other.delete(each)
      other.set("range", name)
      const here = !own && name === (query.get("range") ?? DEFAULT)
      return el("a", {href: `?${other}`, "aria-current": here ? "true" : null, onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        this.go(other)
        this.ranges.querySelector("[aria-current]")?.focus()
      }}, this.t(`admin-analytics-${name}`))
    }))
  }

  async load() {
    this.running?.abort()
    const running = this.running = new AbortController()
    const query = this.asked()
    this.drawFilters(query)
    this.clear()
    const patience = setTimeout(() => this.tell(this.t("admin-analytics-reading")), PATIENCE)
    const late = performance.now() + PATIENCE
    query.set("tz", this.zone)
    let done = 0
    try {
      await readLines(`${DATA}?${query}`, {signal: running.signal, person: this.desk.person}, {
        head: (line) => {
          clearTimeout(patience)
          this.begin(line)
        },
        figure: async (line) => {
          await this.canvas.draw(this.figures, line)
          done += 1
          if (performance.now() < late || running.signal.aborted) return
          if (done < this.total) this.tell(this.t("admin-analytics-drawing", {done: done + 1, total: this.total}), done)
        },
        problem: ({message}) => this.fail(message),
      })
    } catch (problem) {
      if (!running.signal.aborted) this.refused(problem)
    }
    clearTimeout(patience)
    if (!running.signal.aborted) this.tell("")
  }

  clear() {
    this.canvas.clear()
    this.numbers.replaceChildren()
    this.figures.replaceChildren()
    this.problem.replaceChildren()
    this.remark.textContent = ""
    this.tell("")
    for (const name of this.inputs.keys()) this.wrong(name, "")
    this.total = 0
  }

  // What is being done; with how many figures are done, how far it is.
  tell(text, done = null) {
    this.step.textContent = text
    this.bar.hidden = text === ""
    if (done == null) this.bar.removeAttribute("value")
    else Object.assign(this.bar, {max: this.total, value: done})
  }

  begin({numbers, people, figures, begun, looks, remark}) {
    this.total = figures
    this.remark.textContent = remark
    this.canvas.looks = looks
    this.people.replaceChildren(...people.map((email) => el("option", {value: email})))
    if (figures === 0) {
      this.say(this.t(begun ? "admin-analytics-empty" : "admin-analytics-never"), begun ? button(this.t("admin-analytics-to-all"), () => this.go(new URLSearchParams({range: "all"}))) : null)
      return
    }
    this.numbers.replaceChildren(...numbers.map(([label, value]) => el("li", {}, el("b", {}, value), " ", el("span", {}, label))))
  }

  say(text, act) {
    this.figures.replaceChildren(el("div", {class: "note nothing"}, el("p", {}, text), act))
  }

  fail(message, act = button(this.t("admin-analytics-again"), () => this.load())) {
    this.problem.replaceChildren(el("p", {}, message), act)
  }

  // A refusal: beside the fields that it is about, else above the figures with what to do next.
  refused({status, fields = [], message}) {
    if (status === 401) {
      const next = encodeURIComponent(location.pathname + location.search)
      this.fail(this.desk.t("admin-login-over"), el("a", {href: `/login?next=${next}`}, this.t("admin-analytics-log-in")))
      return
    }
    const beside = fields.filter(({field}) => this.inputs.has(field))
    for (const {field, message: wrong} of beside) this.wrong(field, wrong)
    if (beside.length > 0) this.inputs.get(beside[0].field).focus()
    else this.fail(fields[0]?.message ?? message ?? this.desk.t("no-answer"))
  }

  wrong(name, message) {
    document.getElementById(`${name}-error`).textContent = message
    this.inputs.get(name).setAttribute("aria-invalid", String(message !== ""))
  }
}
