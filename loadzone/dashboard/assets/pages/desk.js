// Entry of the pages about people, tokens, history and import: the page says in its attributes what it is.

import {Person} from "../app/person.js"
import {showAnalytics} from "./analytics.js"
import {showAudit} from "./audit.js"
import {Desk} from "./kit.js"
import {fillHeader} from "./header.js"
import {showHistory} from "./history.js"
import {showImport} from "./import.js"
import {showPassword} from "./password.js"
import {showPeople} from "./people.js"
import {showTokens} from "./tokens.js"

const PAGES = {
  analytics: [showAnalytics],
  people: [showPeople],
  tokens: [showTokens],
  history: [showHistory],
  audit: [showAudit],
  import: [showImport],
  account: [showPassword, showTokens, showHistory],
}

const place = document.getElementById("page")
const data = {...place.dataset}
const {personChanged: changed, reload} = document.getElementById("looks").dataset
const person = new Person(data.email, data.lang, {changed, reload})
fillHeader(person)

const parts = PAGES[data.page] ?? []
if (parts.length > 0) {
  const texts = await (await fetch(`${data.assets}texts/pages-${data.lang}.json`)).json()
  const desk = new Desk(data, texts, person)
  place.append(desk.told)
  for (const show of parts) {
    const part = document.createElement("section")
    place.append(part)
    await show(desk, part)
  }
}
