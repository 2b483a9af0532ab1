// Keeps the page whole: goes to the login when that is over, reads the fleet anew when this machine's clock was set, and
// loads the page anew, with its address and its open dialog, when the server has another release of it or the person
// another role.

const RELOADED = "loadzone-reloaded"
const LEAST_BETWEEN = 20_000
const STEP = 1000

export class Guard extends EventTarget {
  constructor({boot, source, commands, beforeReload}) {
    super()
    Object.assign(this, {boot, source, beforeReload, online: null, leaving: false, clock: clock()})
    source.addEventListener("online", () => {
      commands.resume()
      this.came()
    })
    source.addEventListener("offline", () => this.went())
    source.addEventListener("refused", () => this.checkLogin())
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
    if (this.online === false) return
    this.online = false
    this.dispatchEvent(new Event("offline"))
  }

  async cameBack() {
    this.checkClock()
    if (await this.checkLogin() !== false && await this.isOld()) this.reload()
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

  // Whether the person behind the page is still logged in; null while the server is away.
  async checkLogin() {
    let me
    try {
      me = await (await fetch("/me", {headers: {Accept: "application/json"}})).json()
    } catch {
      return null
    }
    if (me.authenticated ? me.email === this.boot.email : this.boot.email == null) {
      if (me.role !== this.boot.role) this.reload()
      return true
    }
    this.leave(() => location.assign(`/login?after=end&next=${encodeURIComponent(location.pathname + location.search)}`))
    return false
  }

  reload() {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
    // A clock that was set meanwhile must not make anybody wait longer.
    const wait = Math.min(LEAST_BETWEEN, Math.max(0, last + LEAST_BETWEEN - Date.now()))
    setTimeout(() => this.leave(() => {
      sessionStorage.setItem(RELOADED, Date.now())
      location.reload()
    }), wait + Math.random() * 1500)
  }

  leave(go) {
    if (this.leaving) return
    this.leaving = true
    this.beforeReload()
    go()
  }
}

// By how much the clock is ahead of the time since the page opened, which nobody sets.
function clock() {
  return Date.now() - performance.now()
}
