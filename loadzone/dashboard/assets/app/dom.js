// Small helpers to make and watch elements. Text is always set as text, never as HTML.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (name === "class") element.className = value
    else if (name === "value") element.value = value
    else element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...children.filter((child) => child != null))
  return element
}

export function svg(path, size = 20) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  icon.setAttribute("viewBox", "0 0 24 24")
  icon.setAttribute("width", size)
  icon.setAttribute("height", size)
  icon.setAttribute("aria-hidden", "true")
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path")
  shape.setAttribute("d", path)
  shape.setAttribute("fill", "currentColor")
  icon.append(shape)
  return icon
}

// The focused element, also where shadow roots hide it.
export function focused() {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element
}

const sheets = new Map()

function sheet(address) {
  if (!sheets.has(address)) {
    const made = fetch(address)
      .then((answer) => answer.text())
      .then((text) => new CSSStyleSheet().replace(text))
    sheets.set(address, made)
  }
  return sheets.get(address)
}

// Give a shadow root the application's style sheets; one parsed copy serves all roots.
export async function dress(shadow, addresses) {
  const ready = await Promise.all(addresses.map(sheet))
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, ...ready]
}
