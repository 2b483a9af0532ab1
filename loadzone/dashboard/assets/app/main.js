// Entry: fills the parts of the page. The fleet part brings what the others need and makes the desk they share.

import {io} from "../vendor/socket.io-client/socket.io.esm.min.js"
import {Bell} from "./bell.js"
import {Commands} from "./commands.js"
import {makeDesk, watchDetails} from "./desk.js"
import {dress, el} from "./dom.js"
import {Frame} from "./frame.js"
import {Guard} from "./guard.js"
import {SelectionBar} from "./selection-bar.js"
import {Side} from "./side.js"
import {ServerSource} from "./source.js"
import {Stage} from "./stage.js"
import {recall} from "./storage.js"
import {Title} from "./title.js"
import {Top} from "./top.js"
import {View} from "./view.js"
import {Warnings} from "./warnings.js"
import {Wire} from "./wire.js"
import {loadWords} from "./words.js"

const SHEETS = ["app/parts.css", "app/views.css", "app/dialogs.css"]

let give
const desk = new Promise((resolve) => { give = resolve })

export async function mount(part, root, model, view) {
  if (part === "wire") {
    (await desk).wire.bind(model, view)
    return
  }
  const {boot: {assets}} = part === "fleet" ? model : await desk
  const sheets = [...(part === "fleet" ? ["vendor/tabulator/tabulator.min.css"] : []), ...SHEETS]
  await dress(view.shadow_el, sheets.map((sheet) => assets + sheet))
  if (part === "fleet") await openDesk(root, model, view)
  else if (part === "side") new Side(await desk, root)
  else new Top(await desk, root)
}

async function openDesk(root, model, view) {
  const boot = model.boot
  const words = await loadWords(boot)
  const host = await overlay(boot)
  const made = makeDesk(boot, words, new Commands(), host, View)
  made.title = new Title(made)
  made.wire = new Wire(boot, made.commands)
  made.wire.bind(model, view)
  const source = new ServerSource(made.fleet, boot, io)
  made.guard = new Guard({...made, source, beforeReload: () => made.dialogs.keep()})
  made.frame = new Frame(view)
  made.bell = new Bell(made, source)
  made.warnings = new Warnings(made, source)
  source.addEventListener("notification", ({detail}) => made.toasts.note(detail, made.warnings.offers(detail)))
  made.pages = pagesOf(made)
  made.importing = "/admin/import"
  made.stage = new Stage(made, root)
  // Where the dialogs put the focus when what opened them is gone.
  made.table = made.stage
  if (boot.email != null) new SelectionBar(made, host)
  give(made)
  document.getElementById("loading")?.remove()
  await source.start()
  await firstSteps(made)
  made.dialogs.restore()
  watchDetails(made, host)
}

// They are fetched where they may be wanted: by an administrator of an empty fleet, or who has begun with them.
async function firstSteps(made) {
  const key = `loadzone-first-steps ${made.boot.email}`
  const begun = recall(key)
  if (made.boot.role !== "admin" || begun === "over" || (begun == null && made.fleet.vms.size > 0)) return
  const {FirstSteps} = await import("./first-steps.js")
  made.steps = new FirstSteps(made, key, begun ?? "")
  made.stage.redraw()
}

// Where the menu of the person leads besides the fleet: pages of their own, and a switch for browser notifications.
function pagesOf({boot, warnings}) {
  const go = (address) => () => location.assign(address)
  const analytics = {name: "analytics", open: go("/analytics")}
  if (boot.email == null) return [analytics]
  const notify = {name: "notify", open: () => warnings.agree(!warnings.agreed()), on: () => warnings.agreed()}
  const admin = {name: "administration", open: go(boot.open ? "/admin/import" : "/admin/people")}
  return [analytics, {name: "account", open: go("/account")}, ...warnings.possible() ? [notify] : [], ...boot.role === "admin" ? [admin] : []]
}

// Toasts and dialogs lie above everything, so they live at the end of the body, in a shadow root of their own.
async function overlay({assets}) {
  const host = el("div", {id: "loadzone-overlay"})
  document.body.append(host)
  const shadow = host.attachShadow({mode: "open"})
  await dress(shadow, SHEETS.map((sheet) => assets + sheet))
  return shadow
}

globalThis.loadzone = {mount}
dispatchEvent(new Event("loadzone"))
