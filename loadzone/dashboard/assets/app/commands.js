// Changes that the page asks the server for. Each carries the key of what the person confirmed, so that it is granted
// once however often it is sent: it is sent again until the server answers or the person gives up.

import {newKey} from "./key.js"

const PAUSE = 500
const PAUSE_MOST = 5000

export class Commands {
  constructor(calls) {
    // `asked` are the VMs that this page asked something about, whose news are its own.
    Object.assign(this, {calls, asked: new Set(), pauses: new Set()})
  }

  // The answer as `Calls` gives it, or null when `signal` ended it. `unanswered` is called after each try without one.
  async ask(path, body, {key = newKey(), signal = null, unanswered = () => {}} = {}) {
    for (const vm of [body.vm_id ?? [], body.vm_ids ?? []].flat()) this.asked.add(vm)
    for (let tries = 0; !signal?.aborted; tries += 1) {
      const answer = await this.calls.once(path, {body, key, signal})
      if (answer?.status === 401) void this.calls.person.check()
      if (answer != null || signal?.aborted) return answer
      unanswered()
      await this.pause(Math.min(PAUSE * 2 ** tries, PAUSE_MOST) * (0.5 + Math.random()), signal)
    }
    return null
  }

  pause(milliseconds, signal) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.pauses.delete(end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      this.pauses.add(end)
      signal?.addEventListener("abort", end, {once: true})
    })
  }

  // The server is there again: what waits is sent now.
  resume() {
    for (const end of this.pauses) end()
  }
}
