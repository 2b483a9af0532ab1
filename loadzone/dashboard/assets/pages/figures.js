// Draws figures of the server with BokehJS, in the colours of the page, each with its words and its table.

import {el} from "../app/dom.js"

const WIDE = new Set(["utilisation", "demand", "heatmap", "forecast"])
const COLOURS = {background: "--lz-ground", ink: "--lz-text", faint: "--lz-faint", grid: "--lz-line"}

export class Canvas {
  constructor(desk) {
    Object.assign(this, {desk, drawn: [], looks: {}})
    this.library = load(desk.bokeh)
    document.addEventListener("loadzone-theme", () => this.repaint())
  }

  async draw(place, {name, title, note, plot, table}) {
    const {t} = this.desk
    const picture = el("div", {class: "picture", role: "img", "aria-label": `${title}. ${note}`})
    const twin = el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": t("admin-analytics-table-of", {title})})
    // Made by pandas, which escapes what stands in it; the page's policy would run no script of it either.
    twin.innerHTML = table
    place.append(el("section", {class: WIDE.has(name) ? "wide" : null, id: `figure-${name}`}, el("h2", {}, title), el("p", {class: "about"}, note), picture,
      el("details", {}, el("summary", {}, t("admin-analytics-as-table")), twin)))
    const figure = {plot, picture, shown: null}
    this.drawn.push(figure)
    if (await this.library) await this.paint(figure)
    else picture.replaceChildren(el("p", {class: "note"}, t("admin-analytics-no-drawing")))
  }

  async paint(figure) {
    const {plot, picture} = figure
    forget(figure)
    const views = await globalThis.Bokeh.embed.embed_item(exchanged(plot, this.colours()), picture)
    figure.shown = views.get_by_id(plot.root_id).model.document
    // Another range was asked for meanwhile.
    if (!this.drawn.includes(figure)) forget(figure)
  }

  // What each colour of a figure is drawn for light pages is on this one.
  colours() {
    const page = document.documentElement
    const style = getComputedStyle(page)
    const {light, [page.dataset.theme]: own} = this.looks
    return new Map([...Object.entries(COLOURS).map(([part, property]) => [light[part], style.getPropertyValue(property).trim()]),
      ...light.scale.map((shade, step) => [shade, own.scale[step]])])
  }

  async repaint() {
    if (await this.library) for (const figure of this.drawn) await this.paint(figure)
  }

  clear() {
    this.drawn.forEach(forget)
    this.drawn = []
  }
}

// The server draws with colours that each have one use, so that a page can exchange them for its own.
function exchanged(value, colours) {
  if (typeof value === "string") return colours.get(value) ?? value
  if (Array.isArray(value)) return value.map((each) => exchanged(each, colours))
  if (value == null || typeof value !== "object") return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, exchanged(each, colours)]))
}

function forget(figure) {
  if (figure.shown == null) return
  const {documents} = globalThis.Bokeh
  documents.splice(documents.indexOf(figure.shown), 1)
  figure.shown.clear()
  figure.shown = null
  figure.picture.replaceChildren()
}

function load(address) {
  return new Promise((resolve) => {
    document.head.append(el("script", {src: address, onload: () => resolve(true), onerror: () => resolve(false)}))
  })
}
