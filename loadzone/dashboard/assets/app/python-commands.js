// The same as `Commands` where no server answers the page: in a notebook, Python passes a change on, with its key.

import {newKey} from "./key.js"

const PATIENCE = 8000

export class PythonCommands {
  constructor(model) {
    Object.assign(this, {model, asked: new Set(), open: new Map()})
    model.on("msg:custom", (answer) => {
      this.open.get(answer.id)?.(answer)
      this.open.delete(answer.id)
    })
  }

  ask(path, body, {key = newKey(), signal = null} = {}) {
    for (const vm of [body.vm_id ?? [], body.vm_ids ?? []].flat()) this.asked.add(vm)
    return this.send("change", {path, body}, {id: key, signal})
  }

  // The answer to a message, or null when none came in time: Python may be busy with a cell, or gone.
  send(act, data = {}, {id = newKey(), signal = null} = {}) {
    return new Promise((resolve) => {
      const end = (answer) => {
        clearTimeout(timer)
        this.open.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(() => end(null), PATIENCE)
      signal?.addEventListener("abort", () => end(null), {once: true})
      this.open.set(id, end)
      this.model.send_msg({id, act, ...data})
    })
  }
}
