// The frame that the page begins with. It shows the parts of the application at once, and gives each to Panel's place
// for it as soon as Bokeh has drawn the Material frame, which takes a browser longer than all the rest. Where that does
// not come, because the server went away meanwhile, everything works in this one.

import {dress, el, focused} from "./dom.js"
import {Press} from "./press.js"

const SLOW = 250
const AGAIN = 1000
const PHONE = matchMedia("(max-width: 599px)")

export class Shell {
  constructor(sheets) {
    Object.assign(this, {sheets, hosts: new Map(), places: new Map(), element: document.getElementById("shell"), lost: false})
    this.side = this.element.querySelector("aside")
    this.side.hidden = PHONE.matches
    this.press = new Press(this.element)
    this.over = () => this.moveAll()
  }

  // Where a part draws itself: a shadow root of its own, which moves as a whole.
  async part(name, selector, sheets = []) {
    const host = el("div", {style: "width: 100%; height: 100%"})
    const root = el("div", {class: `part part-${name}`})
    const shadow = host.attachShadow({mode: "open"})
    shadow.append(root)
    await dress(shadow, [...sheets, ...this.sheets])
    this.hosts.set(name, host)
    this.element.querySelector(selector).append(host)
    return root
  }

  // Let Bokeh draw the Material frame, when what is here already was seen. The scripts for it lie in a template: in the
  // page itself they would run before anything shows. The last one opens the session that the server has for this page;
  // when the server was `lost` meanwhile it has none.
  async begin() {
    await seen()
    const {content} = document.getElementById("frame")
    document.head.append(...content.querySelectorAll("link"))
    const scripts = [...content.querySelectorAll("script")]
    const open = scripts.pop()
    for (const script of scripts) while (!await run(script)) await new Promise((wake) => setTimeout(wake, AGAIN))
    if (!this.lost) void run(open)
  }

  // Take Panel's place for a part. The first ones take over together, so that nothing blinks, and not under a finger.
  take(name, place) {
    this.places.set(name, place)
    if (!this.element) this.move(name)
    else if (this.places.has("top") && this.places.has("fleet")) void this.takeOver(this.places.get("fleet"))
  }

  // React opens Material's side panel a moment after it was told to: until then the fleet would be laid out too wide,
  // and lose where it was scrolled to.
  async takeOver(place) {
    const {clientWidth} = this.element.querySelector("main")
    const late = performance.now() + SLOW
    do await new Promise(requestAnimationFrame)
    while (place.clientWidth !== clientWidth && performance.now() < late)
    this.press.after(this.over)
  }

  moveAll() {
    if (!this.element) return
    for (const name of this.places.keys()) this.move(name)
    this.element.remove()
    this.element = null
  }

  // What moves would lose where it was scrolled to, and the focus.
  move(name) {
    const host = this.hosts.get(name)
    const at = focused()
    const held = host.shadowRoot.contains(at)
    const scrolled = [...host.shadowRoot.querySelectorAll("*")].filter((each) => each.scrollTop > 0 || each.scrollLeft > 0)
      .map((each) => [each, each.scrollLeft, each.scrollTop])
    this.places.get(name).append(host)
    for (const [each, left, top] of scrolled) each.scrollTo(left, top)
    if (held) at.focus({preventScroll: true})
  }
}

// After the next frame; in a page in the background no frame comes.
function seen() {
  return new Promise((resolve) => {
    setTimeout(resolve, SLOW)
    requestAnimationFrame(() => setTimeout(resolve))
  })
}

// Whether a script was run. Those that a script makes are run in order only when each waits for the one before.
function run(script) {
  const copy = document.createElement("script")
  for (const {name, value} of script.attributes) copy.setAttribute(name, value)
  copy.text = script.text
  const over = new Promise((resolve) => {
    copy.onload = () => resolve(true)
    copy.onerror = () => resolve(false)
  })
  document.head.append(copy)
  return copy.hasAttribute("src") ? over : true
}
