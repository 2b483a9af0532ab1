// The page's line to Python. BokehJS opened the first with the page; when it breaks, a small session of its own takes
// its place, and everything on the page stays as it is.

import {el} from "./dom.js"

export class Wire extends EventTarget {
  // `ready` is when BokehJS is there.
  constructor(boot, commands, ready) {
    super()
    Object.assign(this, {boot, commands, ready, whole: false})
    this.place = el("div", {hidden: true})
    document.body.append(this.place)
  }

  // Talk through a part of Bokeh's: that of the page, or of the session that took its place.
  bind(model, view) {
    this.commands.bind(model)
    this.whole = true
    // Of a line that was replaced meanwhile nothing is heard any more.
    this.part = view
    view.model.document.on_event("connection_lost", () => { if (this.part === view) this.broke() })
    this.dispatchEvent(new Event("whole"))
  }

  broke() {
    if (!this.whole) return
    this.whole = false
    this.commands.wait()
    this.dispatchEvent(new Event("broken"))
  }

  // Ask for a new line: true when it is there; "anew" when only loading the page again helps, for the server has
  // another release or the person another role; false when there is no login or no server.
  async renew() {
    await this.ready
    const answer = await fetch("/wire", {headers: {Accept: "application/json"}})
    if (!answer.ok) return false
    const {token, root, ...made} = await answer.json()
    if (Object.entries(made).some(([key, value]) => this.boot[key] !== value)) return "anew"
    this.broke()
    const bound = new Promise((resolve) => this.addEventListener("whole", () => resolve(true), {once: true}))
    await globalThis.Bokeh.embed.embed_items({}, [{token, roots: {[root]: this.place}, root_ids: [root]}], "/")
    return bound
  }
}
