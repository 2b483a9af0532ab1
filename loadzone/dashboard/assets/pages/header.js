// What stands around a page: its language, light or dark, and the way out.

import {el} from "../app/dom.js"
import {logOut, speak} from "../app/reader.js"
import {themeButton} from "../app/theme-button.js"

export function fillHeader(person) {
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.addEventListener("click", () => speak(choice.dataset.language))
  }
  // On a phone the tabs stand in one line that is longer than the screen.
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({block: "nearest", inline: "center"})
  const place = document.getElementById("looks")
  const texts = place.dataset
  place.append(themeButton((choice) => texts[choice]))
  if (texts.logOut) place.append(el("button", {type: "button", class: "out", onclick: () => leave(person, texts.noAnswer)}, texts.logOut))
}

async function leave(person, noAnswer) {
  try {
    await logOut(person)
  } catch {
    document.getElementById("looks-told").textContent = noAnswer
  }
}
