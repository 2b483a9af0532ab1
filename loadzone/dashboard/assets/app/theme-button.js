// The button that goes from the system's theme to light and dark; it shows and says what is chosen.

import {svg, el} from "./dom.js"

const ICONS = {
  light: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3zM4.2 5.6l1.4-1.4 2.1 2.1-1.4 1.4zm12.1 12.1 1.4-1.4 2.1 2.1-1.4 1.4zM4.2 18.4l2.1-2.1 1.4 1.4-2.1 2.1zM16.3 6.3l2.1-2.1 1.4 1.4-2.1 2.1z",
  dark: "M12 3a9 9 0 1 0 9 9c0-.5 0-.9-.1-1.4A5.4 5.4 0 0 1 13.4 3.1 9 9 0 0 0 12 3z",
  system: "M3 4h18v12H3zm2 2v8h14V6zm3 12h8v2H8z",
}

// `told` gives the text for `system`, `light` or `dark`.
export function themeButton(told) {
  const button = el("button", {type: "button", class: "icon theme", onclick: () => globalThis.loadzoneTheme?.next()})
  const draw = () => {
    const choice = globalThis.loadzoneTheme?.choice() ?? "system"
    button.replaceChildren(svg(ICONS[choice]))
    button.setAttribute("aria-label", told(choice))
    button.title = told(choice)
  }
  document.addEventListener("loadzone-theme", draw)
  draw()
  return button
}
