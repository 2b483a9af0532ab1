// A long list of which only what is on the screen is drawn. Rows have one height; a row that is the same object stays.

const BEYOND = 4

export class Virtual {
  // `draw(item)` makes an element; `columns(width)` says how many stand side by side; `role` is that of one element.
  constructor(scroller, {height, draw, columns = () => 1, role = "listitem", label = null}) {
    Object.assign(this, {scroller, height, draw, columns, role, items: [], drawn: new Map()})
    this.canvas = document.createElement("div")
    this.canvas.className = "canvas"
    this.canvas.setAttribute("role", "list")
    if (label) this.canvas.setAttribute("aria-label", label)
    scroller.append(this.canvas)
    scroller.addEventListener("scroll", () => this.later(), {passive: true})
    this.observer = new ResizeObserver(() => this.later())
    this.observer.observe(scroller)
  }

  set(items) {
    this.items = items
    this.paint()
  }

  // Draw everything anew: what the elements show depends on more than their items.
  redraw() {
    const at = this.canvas.getRootNode().activeElement
    const id = this.canvas.contains(at) ? at.closest("[data-id]")?.dataset.id : null
    this.canvas.replaceChildren()
    this.drawn.clear()
    this.paint()
    if (id) this.drawn.get(id)?.element.querySelector("a, button, input")?.focus({preventScroll: true})
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.paint()
    })
  }

  paint() {
    const {scroller, items, height, canvas} = this
    const across = Math.max(1, this.columns(scroller.clientWidth))
    if (across !== this.across) {
      this.across = across
      canvas.style.setProperty("--across", across)
    }
    canvas.style.height = `${Math.ceil(items.length / across) * height}px`
    canvas.hidden = items.length === 0
    const first = Math.max(0, Math.floor((scroller.scrollTop - canvas.offsetTop) / height) - BEYOND) * across
    const last = Math.min(items.length, (Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + BEYOND) * across)
    const wanted = new Set()
    let before = null
    for (let place = first; place < last; place += 1) {
      const item = items[place]
      wanted.add(item.id)
      before = this.place(item, place, before)
    }
    for (const [id, {element}] of this.drawn) {
      if (wanted.has(id) || element.matches(":focus-within")) continue
      element.remove()
      this.drawn.delete(id)
    }
  }

  // Put the element of `item` at its place, behind `before` in the document, so that Tab goes in the order of sight.
  place(item, place, before) {
    const {canvas, across, height} = this
    let kept = this.drawn.get(item.id)
    if (kept?.item !== item) {
      const element = this.draw(item)
      element.setAttribute("role", this.role)
      element.dataset.id = item.id
      if (kept) this.swap(kept.element, element)
      kept = {item, element, place: null}
      this.drawn.set(item.id, kept)
    }
    const {element} = kept
    if (kept.place !== place) {
      kept.place = place
      element.setAttribute("aria-posinset", place + 1)
      element.style.top = `${Math.floor(place / across) * height}px`
      element.style.setProperty("--column", place % across)
    }
    element.setAttribute("aria-setsize", this.items.length)
    const next = before ? before.nextElementSibling : canvas.firstElementChild
    if (next !== element && !element.matches(":focus-within")) canvas.insertBefore(element, next)
    return element
  }

  // The focus stays on the same button of an element that is drawn anew.
  swap(old, fresh) {
    const at = old.getRootNode().activeElement
    const key = old.contains(at) ? at.dataset.act ?? at.dataset.key ?? "" : null
    old.replaceWith(fresh)
    if (key == null) return
    const same = key && fresh.querySelector(`[data-act="${CSS.escape(key)}"], [data-key="${CSS.escape(key)}"]`)
    const any = same || fresh.querySelector("a, button, input")
    any?.focus({preventScroll: true})
  }

  // Bring an item on the screen and give its element.
  reach(id) {
    const place = this.items.findIndex((item) => item.id === id)
    if (place < 0) return null
    const top = Math.floor(place / (this.across ?? 1)) * this.height
    const {scroller} = this
    if (top < scroller.scrollTop || top + this.height > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top
    this.paint()
    return this.drawn.get(id)?.element ?? null
  }
}
