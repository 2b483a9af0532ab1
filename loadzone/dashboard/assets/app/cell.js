// Entry in a notebook: one whole fleet in a cell, fed by Python. What the page around it has, it does without.

import {CellBar} from "./cell-bar.js"
import {CellView} from "./cell-view.js"
import {makeDesk, watchDetails} from "./desk.js"
import {el} from "./dom.js"
import {PythonCommands} from "./python-commands.js"
import {PythonSource} from "./python-source.js"
import {SelectionBar} from "./selection-bar.js"
import {Stage} from "./stage.js"
import {Words} from "./words.js"

const CHECK = 20_000
const SYSTEM = matchMedia("(prefers-color-scheme: dark)")

export function mount(root, model, view, {sheets, texts}) {
  const life = new Life(model)
  const host = overlay(sheets, life)
  const boot = {...model.boot, assets: ""}
  const commands = new PythonCommands(model)
  const made = makeDesk(boot, new Words(boot.lang, texts), commands, host, CellView, {
    every: (milliseconds, act) => life.every(milliseconds, act),
    records: (query) => made.source.records(query),
  })
  const source = made.source = new PythonSource(made.fleet, model, commands)
  made.title = {name() {}}
  // Somebody at work in a notebook is told what concerns them; the rest is seen in the table.
  source.addEventListener("notification", ({detail}) => { if (detail.level === "warning" || detail.level === "error") made.toasts.note(detail) })
  const place = el("div", {class: "part part-fleet"})
  root.append(new CellBar(made, source).element, place)
  dress(view.shadow_el, sheets, life)
  made.stage = made.table = new Stage(made, place)
  if (boot.email != null) new SelectionBar(made, host)
  void source.start()
  life.every(CHECK, () => source.check())
  watchDetails(made, host)
}

// A cell that is run again, or deleted, leaves nothing behind.
class Life {
  constructor(model) {
    this.ends = []
    model.on("lifecycle:remove", () => { for (const end of this.ends.splice(0)) end() })
  }

  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds)
    this.ends.push(() => clearInterval(timer))
  }
}

// Toasts and dialogs lie above the whole notebook, whose shortcuts they keep off while somebody types.
function overlay(sheets, life) {
  const host = el("div", {class: "loadzone-overlay", "data-lm-suppress-shortcuts": true})
  document.body.append(host)
  life.ends.push(() => host.remove())
  const shadow = host.attachShadow({mode: "open"})
  dress(shadow, sheets, life)
  return shadow
}

// Light or dark as the notebook is, and where that says nothing, as the system.
function dress(shadow, sheets, life) {
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, ...sheets]
  const follow = () => { shadow.host.dataset.theme = theme() }
  const watch = new MutationObserver(follow)
  watch.observe(document.body, {attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"]})
  SYSTEM.addEventListener("change", follow)
  life.ends.push(() => watch.disconnect(), () => SYSTEM.removeEventListener("change", follow))
  follow()
}

function theme() {
  const {jpThemeLight, vscodeThemeKind} = document.body.dataset
  if (jpThemeLight != null) return jpThemeLight === "true" ? "light" : "dark"
  if (vscodeThemeKind != null) return vscodeThemeKind.includes("light") ? "light" : "dark"
  return SYSTEM.matches ? "dark" : "light"
}
