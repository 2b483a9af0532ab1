// Keeps the page whole: brings the line to Python back when it broke, goes to the login when that is over, and loads
// the page anew, with its address and its open dialog, only when the server has another release of it.

const PATIENCE = 5000
const RETRY = 2000
const RETRY_MOST = 30_000
const RELOADED = "loadzone-reloaded"
const LEAST_BETWEEN = 20_000

export class Guard extends EventTarget {
  constructor({boot, source, commands, wire, fleet, beforeReload}) {
    super()
    Object.assign(this, {boot, commands, wire, fleet, beforeReload, online: null, leaving: false, tries: 0})
    source.addEventListener("online", () => this.came())
    source.addEventListener("offline", () => this.went())
    source.addEventListener("refused", () => this.checkLogin())
    wire.addEventListener("broken", () => this.mendSoon())
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.online) this.checkPython()
    })
  }

  came() {
    const back = this.online === false
    this.online = true
    this.dispatchEvent(new Event("online"))
    if (back) this.checkPython()
  }

  went() {
    if (this.online === false) return
    this.online = false
    this.dispatchEvent(new Event("offline"))
  }

  // Does Python hear this page? After a sleep its line may be dead without a word, and this machine's clock set.
  async checkPython() {
    if (!this.wire.whole) {
      this.mendSoon()
      return
    }
    const asked = Date.now()
    const answer = await this.commands.ask("ping", {}, {patience: PATIENCE})
    if (answer) this.fleet.heardTime(answer.now, asked)
    else if (this.wire.whole) this.mendSoon()
  }

  // Pages come back a little apart from each other: after a restart all of them come.
  mendSoon() {
    if (this.leaving || !this.online) return
    const wait = this.tries === 0 ? 300 : Math.min(RETRY * 2 ** this.tries, RETRY_MOST)
    this.mending ??= setTimeout(() => this.mend(), wait * (0.5 + Math.random()))
  }

  async mend() {
    let mended = false
    try {
      mended = await this.wire.renew()
    } catch {
      // The server is away; when it is back, this is tried again.
    }
    this.mending = null
    this.tries = mended === true ? 0 : this.tries + 1
    if (mended === true) this.checkPython()
    else if (mended === "anew") this.reload()
    else if (await this.checkLogin() !== false) this.mendSoon()
  }

  // Whether the person behind the page is still logged in; null while the server is away.
  async checkLogin() {
    let me
    try {
      me = await (await fetch("/me", {headers: {Accept: "application/json"}})).json()
    } catch {
      return null
    }
    if (me.authenticated ? me.email === this.boot.email : this.boot.email == null && me.role === this.boot.role) {
      return true
    }
    this.leave(() => location.assign(`/login?after=end&next=${encodeURIComponent(location.pathname + location.search)}`))
    return false
  }

  reload() {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
    const wait = Math.max(0, last + LEAST_BETWEEN - Date.now())
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
