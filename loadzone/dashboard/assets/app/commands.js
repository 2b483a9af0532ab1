// Asks Python and waits for its answer. A question that is asked twice with one id is granted once.

const PATIENCE = 8000

export class Commands {
  constructor() {
    this.open = new Map()
    // The VMs that this page asked something about, whose news are its own.
    this.asked = new Set()
    this.wait()
  }

  // Talk through this model of Bokeh's from now on; what was asked while there was none goes out.
  bind(model) {
    model.on("msg:custom", (answer) => {
      this.open.get(answer.id)?.(answer)
      this.open.delete(answer.id)
    })
    this.found(model)
    this.model = Promise.resolve(model)
  }

  // The line is broken: what is asked waits for the next one, as long as its patience lasts.
  wait() {
    this.model = new Promise((resolve) => { this.found = resolve })
  }

  // The answer, or null when none came in time: the other side may be gone, or only slow.
  ask(act, data = {}, {id = newId(), patience = PATIENCE} = {}) {
    for (const vm of [data.vm_id ?? [], data.vm_ids ?? []].flat()) this.asked.add(vm)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.open.delete(id)
        resolve(null)
      }, patience)
      this.open.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      this.model.then((model) => { if (this.open.has(id)) model.send_msg({id, act, ...data}) })
    })
  }
}

// crypto.randomUUID exists in secure contexts only, and a desk in a local network may have no TLS.
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
