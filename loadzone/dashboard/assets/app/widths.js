// How wide the texts of the fleet are, so that a column takes what it shows. The longest texts are measured on a canvas,
// and the widest few of these are drawn once where they shall stand, in the styles that they have there.

import {el} from "./dom.js"

const CANDIDATES = 3
const MEASURED = 300
// A text that has fewer letters than this share of the longest one's is narrower.
const SHORTER = 0.7
const PADDING = 20
// Of moments only whether there are any counts: their texts change by themselves.
const TEXTS = {
  id: ({id}) => id, group: ({group}) => group, holder: ({holder, purpose}) => (holder.length > purpose.length ? holder : purpose),
  until: ({until}) => (until == null ? "" : "0"), since: ({since}) => (since == null ? "" : "0"),
  addresses: ({addresses}) => addresses.split(" ").reduce((one, other) => (other.length > one.length ? other : one), ""),
  tags: ({tags}) => tags, note: ({note}) => note,
}

export class Widths {
  // `draw` makes an element of a column's name and a row; it is measured inside `place`.
  constructor(desk, place, draw) {
    Object.assign(this, {desk, place, draw, widest: new Map(), drawn: new Map()})
  }

  // The width of a column that would show each of its texts whole; 0 where there is none.
  natural(field) {
    if (!(field in TEXTS)) return 0
    if (!this.widest.has(field)) this.widest.set(field, this.measure(TEXTS[field]))
    const {width, rows} = this.widest.get(field)
    if (width === 0) return 0
    if (!this.drawn.has(field)) this.drawn.set(field, Math.ceil(widthOf(this.place, field, rows.map((row) => this.draw(field, row)))) + PADDING)
    return this.drawn.get(field)
  }

  forget() {
    this.widest.clear()
    this.drawn.clear()
  }

  // Whether one of `rows` has a text that is wider than all before it.
  outgrownBy(rows) {
    return rows.some((row) => [...this.widest].some(([field, {width}]) => this.textWidth(TEXTS[field](row)) > width))
  }

  measure(text) {
    const measured = longest(this.desk.rows.all(), text).map((row) => [this.textWidth(text(row)), row]).sort(([one], [other]) => other - one).slice(0, CANDIDATES)
    return {width: measured[0]?.[0] ?? 0, rows: measured.map(([, row]) => row)}
  }

  textWidth(text) {
    if (text === "") return 0
    if (this.pen == null) {
      this.pen = document.createElement("canvas").getContext("2d")
      this.pen.font = `15px ${getComputedStyle(this.place).fontFamily}`
    }
    return this.pen.measureText(text).width
  }
}

// Some of the rows with the longest texts; each different text once.
function longest(rows, text) {
  const most = rows.reduce((length, row) => Math.max(length, text(row).length), 0)
  const found = new Map()
  for (const row of rows) {
    const told = text(row)
    if (most > 0 && told.length >= most * SHORTER && found.size < MEASURED) found.set(told, row)
  }
  return [...found.values()]
}

// The width of the widest of `elements` where they would stand in a cell of the class `name`.
export function widthOf(place, name, elements) {
  const probe = el("div", {class: `grid ${name}`, style: "position: absolute; visibility: hidden; white-space: nowrap; font-size: 15px; width: max-content"},
    ...elements.map((element) => el("div", {}, element)))
  place.append(probe)
  const {width} = probe.getBoundingClientRect()
  probe.remove()
  return width
}
