// Whose page this is. Tabs of one browser share a login: a page that was opened as one person must not go on as another
// after somebody logged in or out elsewhere. Each request says whose page asks, and the server refuses it when the login
// is another's; a page that notices shows nothing any more.

import {el} from "./dom.js"

const HEADER = "Loadzone-Person"
const NOBODY = "-"
// Who only asks who is logged in: that is no use of the login, which may end meanwhile.
const ANYBODY = "?"
const EVERY = 15_000
const CHANNEL = "loadzone-person"

export class Person {
  // `email` is null for a page of nobody; `texts` are `changed`, with a place for the e-mail, and `reload`.
  constructor(email, lang, texts) {
    // `keep` is called before the page goes to the login; true says that it stays, and hides what it must itself.
    // `ending` is called when nothing is left of the page.
    Object.assign(this, {email: email || null, lang, texts, keep: () => false, ending: () => {}, over: false, channel: new BroadcastChannel(CHANNEL)})
    this.channel.onmessage = ({data}) => { if (data !== this.email) void this.check(data) }
    document.addEventListener("visibilitychange", () => this.look())
    addEventListener("focus", () => this.look())
    this.timer = setInterval(() => this.look(), EVERY)
    addEventListener("pageshow", ({persisted}) => { if (persisted) void this.check() })
    this.announce(this.email)
  }

  // Tell the other pages of this browser who is logged in; undefined is anybody whom this page does not know.
  announce(email) {
    this.channel.postMessage(email)
  }

  async fetch(path, {headers = {}, ...rest} = {}) {
    const own = {"Accept-Language": this.lang, [HEADER]: this.email == null ? NOBODY : encodeURIComponent(this.email)}
    const answer = await fetch(path, {...rest, headers: {...headers, ...own}})
    if (answer.status === 409) void this.check()
    return answer
  }

  // A page that nobody sees need not know.
  look() {
    if (document.visibilityState === "visible") void this.check()
  }

  // What the server says about the person, while that is still this page's; false when it is not, null while the server
  // is away. Another page that has announced somebody else wrongly, as it is old, learns it from this one.
  async check(announced = this.email) {
    const me = this.over ? null : await asked()
    if (this.over) return false
    if (me == null) return null
    if (me.email !== this.email) {
      this.end(me.email)
      return false
    }
    if (announced !== this.email) this.announce(this.email)
    return me
  }

  // Nothing of the page can be read any more. After a logout it goes to the login, and comes back from there.
  end(email) {
    if (email == null && this.keep()) return
    this.over = true
    this.ending()
    this.channel.close()
    clearInterval(this.timer)
    document.body.replaceChildren()
    document.title = "LoadZone"
    if (email == null) location.assign(`/login?after=end&next=${encodeURIComponent(location.pathname + location.search)}`)
    else this.say(email)
  }

  say(email) {
    const reload = el("button", {type: "button", onclick: () => location.reload()}, this.texts.reload)
    document.body.append(el("main", {class: "person-changed"}, el("p", {role: "alert"}, this.texts.changed.replace("$email", () => email)), reload))
    reload.focus()
  }
}

async function asked() {
  try {
    const answer = await fetch("/me", {headers: {Accept: "application/json", [HEADER]: ANYBODY}, cache: "no-store"})
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
