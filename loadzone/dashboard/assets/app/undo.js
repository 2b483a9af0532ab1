// Undo of a release: for ten seconds the VM can be booked again, for the time that was left.

import {wish} from "./wishes.js"

const SECONDS = 10
const PATIENCE = 30_000
const HOUR = 3_600_000

// Whether `vm`, as it was before its release, can be had back: it was one's own, and time was left.
export function undoable({fleet}, vm) {
  return vm.booked_by === fleet.email && Date.parse(vm.expires_at) > fleet.now()
}

// A toast with Undo in it; Ctrl+Z (⌘Z) does the same from anywhere but a text.
export function offerUndo(desk, vms) {
  const text = vms.length === 1 ? desk.t("released-one", {vm: vms[0].id}) : desk.t("released-many", {n: vms.length})
  const ended = new AbortController()
  const run = () => {
    if (ended.signal.aborted) return
    ended.abort()
    undo(desk, vms)
  }
  setTimeout(() => ended.abort(), SECONDS * 1000)
  const close = desk.toasts.show(text, "success", null, true, {stays: SECONDS * 1000, actions: [{text: desk.t("undo"), run}],
    booking: vms.length === 1 ? vms[0].id : null})
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
    if (event.composedPath()[0].matches?.("input, textarea")) return
    event.preventDefault()
    close?.()
    run()
  }, {signal: ended.signal})
}

async function undo(desk, vms) {
  const answers = await Promise.all(vms.map((vm) => bookAgain(desk, vm)))
  const failed = answers.find((answer) => !answer?.ok)
  if (failed === undefined) return
  const message = failed?.message ?? desk.t("no-answer")
  desk.toasts.show(message, "error", desk.words.local(message, desk.fleet.now()), true)
}

// A booking may have been renewed beyond what one booking may be: the rest is renewed again.
async function bookAgain({commands, fleet, boot}, vm) {
  let left = (Date.parse(vm.expires_at) - fleet.now()) / HOUR
  let answer = null
  const [known, signal] = [fleet.vms.get(vm.id), AbortSignal.timeout(PATIENCE)]
  for (let act = "book"; answer == null || left > 0.001; act = "renew") {
    const hours = Math.max(0.001, Math.min(left, boot.max_hours ?? left))
    const {path, body} = wish(act, {vm_id: vm.id, hours: hours.toFixed(6), purpose: vm.purpose ?? ""})
    answer = await commands.ask(path, body, {signal})
    if (!answer?.ok) return answer
    left -= hours
  }
  fleet.hear(answer.data, known)
  return answer
}
