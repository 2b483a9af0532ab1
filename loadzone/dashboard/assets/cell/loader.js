// Brings the application to life where no LoadZone serves its files: every module becomes a blob, and takes the
// addresses of the blobs that it imports in place of their names. Done once a page, however many cells it has.

const KEPT = Symbol.for("loadzone-applications")
const NAMED = /"loadzone:([^"]+)"/g

export function render({model, view}) {
  const root = document.createElement("div")
  root.className = "part cell"
  const apps = (globalThis[KEPT] ??= new Map())
  if (!apps.has(model.bundle)) apps.set(model.bundle, load(model.bundle))
  apps.get(model.bundle).then(({mount, sheets, texts}) => mount(root, model, view, {sheets, texts}))
  return root
}

async function load(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
  const {modules, sheets, texts} = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json()
  const addresses = new Map()
  for (const [path, text] of modules) {
    const linked = text.replace(NAMED, (_name, other) => JSON.stringify(addresses.get(other)))
    addresses.set(path, URL.createObjectURL(new Blob([linked], {type: "text/javascript"})))
  }
  const {mount} = await import(addresses.get(modules.at(-1)[0]))
  return {mount, texts, sheets: await Promise.all(sheets.map((text) => new CSSStyleSheet().replace(text)))}
}
