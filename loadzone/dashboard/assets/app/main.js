// Entry: draws the parts of the page, which share one desk, and hands them to Panel's frame when that is there.

import {io} from "../vendor/socket.io-client/socket.io.esm.min.js"
import {Bell} from "./bell.js"
import {Calls} from "./calls.js"
import {Commands} from "./commands.js"
import {makeDesk, watchDetails} from "./desk.js"
import {dress, el} from "./dom.js"
import {Frame} from "./frame.js"
import {Guard} from "./guard.js"
import {Person} from "./person.js"
import {SelectionBar} from "./selection-bar.js"
import {preparePrint} from "./print.js"
import {Shell} from "./shell.js"
import {Side} from "./side.js"
import {ServerSource} from "./source.js"
import {Stage} from "./stage.js"
import {recall} from "./storage.js"
import {Title} from "./title.js"
import {Top} from "./top.js"
import {View} from "./view.js"
import {Warnings} from "./warnings.js"
import {loadWords} from "./words.js"

const SHEETS = ["app/parts.css", "app/views.css", "app/dialogs.css", "app/contrast.css"]
const LINKED = ["book", "renew", "release"]
const TABLE = "vendor/tabulator/tabulator.min.css"

const boot = JSON.parse(document.getElementById("boot").textContent)
const sheets = SHEETS.map((sheet) => boot.assets + sheet)
const shell = new Shell(sheets)
const desk = openDesk()

// Called by Panel's part `part` when Bokeh has drawn it, with its element.
async function mount(part, place, view) {
  const {frame} = await desk
  if (part === "fleet") frame.bind(view)
  shell.take(part, place)
}

async function openDesk() {
  const [words, host, top, side, fleet] = await Promise.all([loadWords(boot), overlay(), shell.part("top", "header"),
    shell.part("side", "aside"), shell.part("fleet", "main", [boot.assets + TABLE])])
  const person = new Person(boot.email, boot.lang, {changed: words.t("person-changed"), reload: words.t("reload")})
  const commands = new Commands(new Calls(person, (key) => words.t(key)))
  const made = makeDesk(boot, words, commands, host, View)
  made.person = person
  made.title = new Title(made)
  const source = made.source = new ServerSource(made.fleet, boot, io)
  source.addEventListener("offline", () => { shell.lost = true })
  person.keep = () => made.dialogs.keep()
  person.ending = () => source.stop()
  made.guard = new Guard({...made, source, beforeReload: () => made.dialogs.keep()})
  made.frame = new Frame(shell.side)
  made.bell = new Bell(made, source)
  made.warnings = new Warnings(made, source)
  source.addEventListener("notification", ({detail}) => made.toasts.note(detail, made.warnings.offers(detail)))
  made.pages = pagesOf(made)
  made.importing = "/admin/import"
  if (boot.email == null) made.logIn = (kind, target) => location.assign(`/login?next=${encodeURIComponent(`/?${kind}=${encodeURIComponent(target.id)}`)}`)
  made.stage = new Stage(made, fleet)
  // Where the dialogs put the focus when what opened them is gone.
  made.table = made.stage
  if (boot.email != null) new SelectionBar(made, host)
  new Top(made, top)
  new Side(made, side)
  void preparePrint(made, sheets)
  document.getElementById("loading").remove()
  void fill(made, source, host)
  return made
}

// The rows come first, the frame after them.
async function fill(made, source, host) {
  await source.start()
  await firstSteps(made)
  made.dialogs.restore()
  openLinked(made)
  watchDetails(made, host)
  await shell.begin()
}

// An address may name a dialog: /?book=server-01. Who is not logged in goes by the login, and Back leads to the fleet.
function openLinked(made) {
  const query = new URLSearchParams(location.search)
  const kind = LINKED.find((each) => query.has(each))
  if (kind == null) return
  const target = made.fleet.vms.get(query.get(kind))
  history.replaceState(null, "", made.view.address())
  if (target == null) made.view.open(query.get(kind))
  else made.act(kind, target)
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
  const admin = {name: "administration", open: go("/admin/people")}
  return [analytics, {name: "account", open: go("/account")}, ...warnings.possible() ? [notify] : [], ...boot.role === "admin" ? [admin] : []]
}

// Toasts and dialogs lie above everything, so they live at the end of the body, in a shadow root of their own.
async function overlay() {
  const host = el("div", {id: "loadzone-overlay"})
  document.body.append(host)
  const shadow = host.attachShadow({mode: "open"})
  await dress(shadow, sheets)
  return shadow
}

globalThis.loadzone = {mount}
