// The page's title: what is shown, and before it what the reader should know while looking at another page.

const MARK = /^\(![^)]*\) /

export class Title {
  constructor(desk) {
    Object.assign(this, {desk, shown: "", online: true})
  }

  name(shown) {
    this.shown = shown
    this.draw()
  }

  connection(online) {
    this.online = online
    this.draw()
  }

  draw() {
    // How soon one's own booking ends stands first; `warnings.js` keeps it.
    const mark = document.title.match(MARK)?.[0] ?? ""
    const lost = this.online ? null : `▲ ${this.desk.t("offline-short")}`
    const title = mark + [lost, this.shown, "LoadZone"].filter(Boolean).join(" · ")
    if (document.title !== title) document.title = title
  }
}
