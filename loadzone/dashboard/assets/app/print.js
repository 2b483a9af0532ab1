// The fleet on paper: what is shown as one plain table with every row, or the timeline with all its rows. The views draw
// only what is on the screen, so this is made when the browser is about to print, and goes afterwards.

import {legend, scale} from "./bars.js"
import {dress, el} from "./dom.js"

const COLUMNS = ["state", "vm", "group", "holder", "purpose", "until", "address", "tags", "note"]
const WIDE = 900

export async function preparePrint(desk, sheets) {
  const host = el("div", {id: "loadzone-print"})
  document.body.append(host)
  const shadow = host.attachShadow({mode: "open"})
  await dress(shadow, sheets)
  // A page whose person is no longer logged in shows only that, on paper too.
  addEventListener("beforeprint", () => shadow.replaceChildren(document.querySelector(".person-changed") ? "" : sheet(desk)))
  addEventListener("afterprint", () => shadow.replaceChildren())
}

function sheet(desk) {
  const {stage, view, words, fleet} = desk
  const body = {timeline, groups}[view.layout] ?? table
  return el("div", {class: "part paper"}, el("h1", {}, stage.heading.textContent),
    el("p", {}, `${stage.summary.textContent} · ${words.stamp(fleet.now())}`), body(desk))
}

// Columns in which nothing stands are left out.
function table(desk) {
  const rows = desk.rows.shown().map((row) => ({row, cells: cellsOf(desk, row)}))
  const shown = COLUMNS.filter((name) => rows.some(({cells}) => cells[name]))
  return el("table", {class: "plain-table"}, el("thead", {}, el("tr", {}, ...shown.map((name) => el("th", {scope: "col"}, desk.t(`column-${name}`))))),
    el("tbody", {}, ...rows.map(({cells}) => el("tr", {}, ...shown.map((name) => el("td", {class: `on-${name}`}, cells[name]))))))
}

function cellsOf({words, cells, fleet}, row) {
  return {state: cells.stateOf(row.state), vm: row.id, group: row.group, holder: row.holder, purpose: row.purpose,
    until: row.until == null ? "" : words.dated(row.until, fleet.now()), address: row.addresses, tags: row.tags, note: row.note}
}

function timeline(desk) {
  const chart = desk.stage.current
  if (chart?.span == null) return table(desk)
  const rows = desk.rows.shown().map((row) => chart.row(row))
  return el("div", {class: "chart"}, el("p", {}, chart.span.name(desk.words)),
    el("div", {class: "axis-row"}, el("span", {class: "corner"}), el("div", {class: "axis"}, ...scale(desk, chart.span, WIDE))), ...rows, legend(desk))
}

function groups(desk) {
  const copy = desk.stage.current?.element.querySelector("table")?.cloneNode(true)
  for (const each of copy?.querySelectorAll(".row-acts") ?? []) each.remove()
  return copy ?? table(desk)
}
