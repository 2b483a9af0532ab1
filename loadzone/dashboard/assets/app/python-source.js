// Where the fleet comes from in a notebook, where no server answers the page: Python tells everything by messages.
// It tells of the same things as ServerSource, and of `alone`: Python is busy with a cell, or there is none any more.

export class PythonSource extends EventTarget {
  constructor(fleet, model, commands) {
    super()
    Object.assign(this, {fleet, commands, alone: true, waiting: null})
    model.on("msg:custom", ({event, data}) => this.heard(event, data))
  }

  // Read everything. What is told meanwhile waits, for it may be newer than the answer.
  async start() {
    if (this.waiting) return
    this.waiting = []
    const asked = Date.now()
    const answer = await this.commands.send("load")
    const waiting = this.waiting
    this.waiting = null
    this.found(answer != null)
    if (answer) {
      this.fleet.clock.heard(answer.fleet.now, asked)
      this.fleet.load(answer.fleet)
      this.tell(answer.online ? "online" : "offline", answer)
    }
    for (const {event, data} of waiting) this.heard(event, data)
  }

  // Is Python still there? Nothing else tells of a kernel that was restarted.
  async check() {
    if (this.alone) await this.start()
    else this.found(await this.commands.send("ping") != null)
  }

  found(there) {
    this.alone = !there
    if (this.alone) this.tell("alone")
  }

  heard(event, data) {
    if (event == null) return
    if (this.waiting) this.waiting.push({event, data})
    else if (event === "load") this.fleet.load(data)
    else if (event !== "change") this.tell(event, data)
    // Without the fleet that it changes, a change says nothing.
    else if (this.fleet.seq != null) this.fleet.change(data)
  }

  // History records, oldest first, or null when they cannot be had; the parameters are those of GET /history.
  async records({since, until, ...query}) {
    const moment = (at) => (at == null ? null : new Date(at).toISOString())
    const answer = await this.commands.send("history", {...query, since: moment(since), until: moment(until)})
    return answer?.ok ? answer.records : null
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}))
  }
}
