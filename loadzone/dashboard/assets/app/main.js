// Entry: fills the parts of the page. The fleet part brings what the others need and makes the desk they share.

import {io} from "../vendor/socket.io-client/socket.io.esm.min.js"
import {TabulatorFull} from "../vendor/tabulator/tabulator_esm.min.mjs"
import {Commands} from "./commands.js"
import {Dialogs} from "./dialogs.js"
import {dress, el} from "./dom.js"
import {Fleet} from "./fleet.js"
import {Frame} from "./frame.js"
import {Guard} from "./guard.js"
import {Side} from "./side.js"
import {ServerSource} from "./source.js"
import {FleetTable} from "./table.js"
import {Toasts} from "./toasts.js"
import {Top} from "./top.js"
import {View} from "./view.js"
import {loadWords} from "./words.js"

let give
const desk = new Promise((resolve) => { give = resolve })

export async function mount(part, root, model, view) {
  const {boot: {assets}} = part === "fleet" ? model : await desk
  await dress(view.shadow_el, [...(part === "fleet" ? [`${assets}vendor/tabulator/tabulator.min.css`] : []), `${assets}app/parts.css`])
  if (part === "fleet") await openDesk(root, model, view)
  else if (part === "side") new Side(await desk, root)
  else new Top(await desk, root)
}

async function openDesk(root, model, view) {
  const boot = model.boot
  const words = await loadWords(boot)
  const fleet = new Fleet(boot.email)
  const made = {boot, words, fleet, t: (key, data) => words.t(key, data), view: new View(), commands: new Commands(model)}
  const host = await overlay(boot)
  const source = new ServerSource(fleet, boot, io)
  made.toasts = new Toasts(host, words, fleet)
  made.dialogs = new Dialogs(made, host)
  made.guard = new Guard({...made, source, beforeReload: () => made.dialogs.keep()})
  made.frame = new Frame(view)
  source.addEventListener("notification", ({detail}) => made.toasts.note(detail))
  made.table = new FleetTable(made, root, TabulatorFull)
  give(made)
  document.getElementById("loading")?.remove()
  await source.start()
  made.dialogs.restore()
}

// Toasts and dialogs lie above everything, so they live at the end of the body, in a shadow root of their own.
async function overlay({assets}) {
  const host = el("div", {id: "loadzone-overlay"})
  document.body.append(host)
  const shadow = host.attachShadow({mode: "open"})
  await dress(shadow, [`${assets}app/parts.css`])
  return shadow
}

globalThis.loadzone = {mount}
dispatchEvent(new Event("loadzone"))
