// Addresses are copied at a click. The clipboard interface exists in secure contexts only, and a desk in a local
// network may have no TLS: there the old way serves.

import {el, focused} from "./dom.js"

export function copyButton(desk, text) {
  return el("button", {type: "button", class: "copy", "data-key": `copy-${text}`, title: desk.t("copy"),
    "aria-label": desk.t("copy-address", {address: text}), onclick: () => copy(desk, text)}, text)
}

async function copy(desk, text) {
  const done = await write(text)
  desk.toasts.show(desk.t(done ? "copied" : "not-copied", {address: text}), done ? "success" : "error", null, true)
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return writeOld(text)
  }
}

function writeOld(text) {
  const back = focused()
  const area = el("textarea", {class: "unseen", readonly: true, value: text, "aria-hidden": "true"})
  const place = back?.closest?.("dialog") ?? document.body
  place.append(area)
  area.select()
  let done = false
  try {
    done = document.execCommand("copy")
  } finally {
    area.remove()
    back?.focus({preventScroll: true})
  }
  return done
}
