// What every page lets its reader do: read on in another language, and leave.

export function speak(lang) {
  const name = `loadzone_lang${document.documentElement.dataset.cookies ?? ""}`
  document.cookie = `${name}=${lang}; path=/; max-age=31536000; SameSite=Lax`
  location.reload()
}

// Throws when the server does not answer: the session is then as it was.
export async function logOut(person) {
  // From here on the page goes, and need not look whose it is.
  person.over = true
  let answer
  try {
    answer = await person.fetch("/logout", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
  } finally {
    person.over = answer?.ok === true
  }
  // It is another person's login, or none.
  if (!answer.ok) return void await person.check()
  person.announce(null)
  location.assign("/login?after=logout")
}
