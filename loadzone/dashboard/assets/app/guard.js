// Notices what a page cannot heal by itself: a login that is over, and Python's side of the page being gone after
// a restart or a long sleep. Then the page goes to the login or loads itself again, with its address as it is.

const PATIENCE = 5000
const RELOADED = "loadzone-reloaded"
const LEAST_BETWEEN = 20_000

export class Guard extends EventTarget {
  constructor({boot, source, commands, fleet, beforeReload}) {
    super()
    Object.assign(this, {boot, commands, fleet, beforeReload, online: null, leaving: false})
    source.addEventListener("online", () => this.came())
    source.addEventListener("offline", () => this.went())
    source.addEventListener("refused", () => this.checkLogin())
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

  // Does Python still know this page? If not, and the login is good, only a new page helps.
  async checkPython() {
    if (this.checking) return
    this.checking = true
    try {
      const answer = await fetch(`/alive/${this.boot.page}`)
      if (answer.status === 410 && await this.checkLogin()) this.reload()
      else if (answer.ok) await this.hearTime()
    } catch {
      // The server is away; when it is back, this is asked again.
    } finally {
      this.checking = false
    }
  }

  // After a sleep this machine's clock may have been set.
  async hearTime() {
    const asked = Date.now()
    const answer = await this.commands.ask("ping", {}, {patience: PATIENCE})
    if (answer) this.fleet.heardTime(answer.now, asked)
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
    this.leave(() => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`))
    return false
  }

  reload() {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
    const wait = Math.max(0, last + LEAST_BETWEEN - Date.now())
    // Pages come back a little apart from each other: after a restart all of them come.
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
