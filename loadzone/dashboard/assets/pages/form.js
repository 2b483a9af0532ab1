// The forms in front of LoadZone: sends one as JSON, shows what is wrong beside its field, and goes on when it is right.

import {Person} from "../app/person.js"
import {speak} from "../app/reader.js"

const form = document.querySelector("form")
const {person: email, lang, changed, reload} = document.body.dataset
const person = new Person(email, lang, {changed, reload})
// Browsers keep these pages, and show them again on the way back.
addEventListener("pageshow", () => person.check())

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language))
}

function show(input, message) {
  const place = document.getElementById(`${input.id}-error`)
  place.textContent = message
  input.setAttribute("aria-invalid", String(message !== ""))
}

// What can be told without asking: nothing typed, or two passwords that differ.
function looks(inputs) {
  for (const input of inputs) {
    const other = input.dataset.sameAs && form.elements[input.dataset.sameAs]
    show(input, input.value.trim() === "" ? form.dataset.required : other && other.value !== input.value ? form.dataset.different : "")
  }
  const wrong = inputs.find((input) => input.getAttribute("aria-invalid") === "true")
  wrong?.focus()
  return wrong == null
}

async function send(inputs) {
  const whole = document.getElementById("form-error")
  whole.textContent = ""
  const sent = [...form.elements].filter((input) => input.name && !input.dataset.sameAs)
  const body = Object.fromEntries(sent.map((input) => [input.name, input.type === "password" ? input.value : input.value.trim()]))
  let answer, told, problem
  try {
    answer = await person.fetch(form.action, {
      method: "POST", body: JSON.stringify(body), headers: {"Content-Type": "application/json", Accept: "application/json"},
    })
    told = await answer.json()
    problem = answer.ok ? null : told
  } catch {
    problem = {detail: form.dataset.noAnswer}
  }
  if (problem == null) {
    person.over = true
    person.announce(undefined)
    // An account that somebody must approve first lets nobody in yet.
    location.replace(told.status === "waiting" ? "/login?after=waiting" : form.dataset.next)
    return
  }
  const beside = (problem.errors ?? []).map((error) => [inputs.find((input) => input.name === error.field), error.message])
  for (const [input, message] of beside) if (input) show(input, message)
  const placed = beside.find(([input]) => input)
  whole.textContent = placed ? "" : (problem.detail ?? form.dataset.noAnswer)
  const first = placed?.[0] ?? inputs.find((input) => input.type === "password") ?? inputs[0]
  first.focus()
}

if (form) {
  const inputs = [...form.querySelectorAll(".field input")]
  const button = form.querySelector("[type=submit]")
  let busy = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (busy || !looks(inputs)) return
    busy = true
    button.setAttribute("aria-disabled", "true")
    await send(inputs)
    busy = false
    button.removeAttribute("aria-disabled")
  })
  for (const input of inputs) input.addEventListener("input", () => show(input, ""))
}
