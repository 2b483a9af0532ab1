// Where the fleet comes from. A source fills a Fleet and tells of `online`, `offline`, `refused` and `notification`;
// the table and the rest know nothing of how. On a server it is GET /vms once, then socket.io.

export class ServerSource extends EventTarget {
  constructor(fleet, boot, io) {
    super()
    this.fleet = fleet
    this.waiting = null
    this.socket = io(location.origin, {
      path: "/socket.io/",
      // Where a proxy lets no websocket through, as nginx does as it comes, polling is the way.
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      autoConnect: false,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      auth: (give) => give({since: fleet.seq, lang: boot.lang, person: boot.email ?? ""}),
    })
    this.socket.on("change", (change) => this.changed(change))
    this.socket.on("reset", () => this.load())
    this.socket.on("notification", (note) => this.tell("notification", note))
    this.socket.on("connect", () => this.tell("online"))
    this.socket.on("disconnect", (reason) => this.lost(reason === "io server disconnect"))
    this.socket.on("connect_error", () => this.lost(!this.socket.active))
  }

  async start() {
    await this.load()
    this.socket.connect()
  }

  // Read everything. Changes that arrive meanwhile wait, and are then applied where they are newer.
  async load() {
    if (this.waiting) return
    this.waiting = []
    try {
      const asked = Date.now()
      const answer = await this.read()
      this.fleet.clock.heard(answer.now, asked)
      this.fleet.load(answer)
    } finally {
      const waiting = this.waiting
      this.waiting = null
      for (const change of waiting) this.fleet.change(change)
    }
  }

  async read() {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch("/vms", {headers: {Accept: "application/json"}})
        if (answer.ok) return await answer.json()
        if (answer.status === 401 || answer.status === 403) this.tell("refused")
      } catch {
        // The server is away: the loop tries again.
      }
      this.tell("offline")
      await new Promise((wake) => setTimeout(wake, Math.min(500 * 2 ** tries, 5000) * (0.5 + Math.random())))
    }
  }

  // Nothing is told any more.
  stop() {
    this.stopped = true
    this.socket.disconnect()
  }

  changed(change) {
    if (this.waiting) this.waiting.push(change)
    else this.fleet.change(change)
  }

  // After a refusal socket.io does not come back by itself.
  lost(refused) {
    this.tell("offline")
    if (!refused) return
    this.tell("refused")
    setTimeout(() => { if (!this.stopped) this.socket.connect() }, 3000 * (0.5 + Math.random()))
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}))
  }
}
