// The side panel of whatever frame is there: the page's own, then the Material one around Panel's parts, which is the
// only thing here that knows how Panel's page is made.

const PHONE = matchMedia("(max-width: 599px)")

export class Frame {
  constructor(side) {
    Object.assign(this, {side, page: null})
  }

  // `view` is the Bokeh view of one part; its page is the first ancestor of that name, if there is one.
  bind(view) {
    const {open} = this
    let page = view
    while (page != null && page.model?.class_name !== "Page") page = page.parent
    this.page = page?.model.data ?? null
    this.open = open
  }

  get open() {
    return this.page ? this.page.sidebar_open : !this.side.hidden
  }

  set open(open) {
    if (this.page) this.page.sidebar_open = open
    else this.side.hidden = !open
  }

  toggle() {
    this.open = !this.open
  }

  // On a phone the side panel lies over the table: it closes when something was chosen.
  narrow() {
    if (PHONE.matches) this.open = false
  }
}
