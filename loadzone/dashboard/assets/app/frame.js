// The Material frame around the parts: the only place that knows how Panel's page is made.

const PHONE = matchMedia("(max-width: 599px)")

export class Frame {
  constructor() {
    Object.assign(this, {page: null, wished: false})
  }

  // `view` is the Bokeh view of one part; its page is the first ancestor of that name, if there is one.
  bind(view) {
    let page = view
    while (page != null && page.model?.class_name !== "Page") page = page.parent
    this.page = page?.model.data ?? null
    this.narrow()
    if (this.wished) this.toggle()
  }

  // Before the frame is there, a wish waits for it.
  toggle() {
    if (this.page) this.page.sidebar_open = !this.page.sidebar_open
    else this.wished = !this.wished
  }

  // On a phone the side panel lies over the table: it closes when something was chosen.
  narrow() {
    if (this.page && PHONE.matches) this.page.sidebar_open = false
  }
}
