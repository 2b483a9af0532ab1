// Keeps the page whole: looks whose it is when the server refuses it, reads the fleet anew when this machine's clock was
// set, and loads the page anew, with its address and its open dialog, when the server has another release of it or the
// person another role.

const RELOADED = "loadzone-reloaded"
const LEAST_BETWEEN = 20_000
const STEP = 1000

export class Guard extends EventTarget {
  constructor({boot, person, source, commands, beforeReload}) {
    super()
    Object.assign(this, {boot, person, source, beforeReload, online: null, clock: clock()})
    source.addEventListener("online", () => {
      commands.resume()
      this.came()
    })
    source.addEventListener("offline", () => this.went())
    source.addEventListener("refused", () => this.checkPerson())
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.online) this.checkClock()
    })
  }

  came() {
    const back = this.online === false
    this.online = true
    this.dispatchEvent(new Event("online"))
    if (back) void this.cameBack()
  }

  went() {
    if (this.online === false || this.person.over) return
    this.online = false
    this.dispatchEvent(new Event("offline"))
  }

  async cameBack() {
    this.checkClock()
    if (await this.checkPerson() && await this.isOld()) this.reload()
  }

  // Only the files of the release that the server has now may be kept by browsers for long.
  async isOld() {
    try {
      const {headers} = await fetch(`${this.boot.assets}app/main.js`, {method: "HEAD", cache: "no-store"})
      return !headers.get("Cache-Control")?.includes("immutable")
    } catch {
      return false
    }
  }

  // The time that an answer told holds as long as this machine's clock goes on evenly.
  checkClock() {
    if (Math.abs(clock() - this.clock) < STEP) return
    this.clock = clock()
    void this.source.load()
  }

  // Whether this is still the page of the person who is logged in; another role means another page.
  async checkPerson() {
    const me = await this.person.check()
    if (me && me.role !== this.boot.role) this.reload()
    return Boolean(me)
  }

  reload() {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
    // A clock that was set meanwhile must not make anybody wait longer.
    const wait = Math.min(LEAST_BETWEEN, Math.max(0, last + LEAST_BETWEEN - Date.now()))
    this.reloading ??= setTimeout(() => {
      if (this.person.over) return
      this.beforeReload()
      sessionStorage.setItem(RELOADED, Date.now())
      location.reload()
    }, wait + Math.random() * 1500)
  }
}

// By how much the clock is ahead of the time since the page opened, which nobody sets.
function clock() {
  return Date.now() - performance.now()
}
