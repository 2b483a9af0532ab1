// Where the fleet comes from in a notebook, where no server answers the page: Python tells everything by messages.
// It tells of the same things as ServerSource.

const TRIES = 3

export class PythonSource extends EventTarget {
  constructor(fleet, model, commands) {
    super()
    Object.assign(this, {fleet, commands})
    model.on("msg:custom", ({event, data}) => this.heard(event, data))
  }

  // Read everything; without an answer there is no Python behind the page, as in a notebook that was only opened.
  async start() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = Date.now()
      const answer = await this.commands.ask("load")
      if (answer == null) continue
      this.fleet.heardTime(answer.fleet.now, asked)
      this.fleet.load(answer.fleet)
      this.tell(answer.online ? "online" : "offline", answer)
      return
    }
    this.tell("alone")
  }

  heard(event, data) {
    if (event === "load") this.fleet.load(data)
    // Until everything is there, a change is in what is still to come.
    else if (event === "change" && this.fleet.seq != null) this.fleet.change(data)
    else if (event != null && event !== "change") this.tell(event, data)
  }

  // History records, oldest first, or null when they cannot be had; the parameters are those of GET /history.
  async records({since, until, ...query}) {
    const moment = (at) => (at == null ? null : new Date(at).toISOString())
    const answer = await this.commands.ask("history", {...query, since: moment(since), until: moment(until)})
    return answer?.ok ? answer.records : null
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}))
  }
}
