// What every page lets its reader do: read on in another language, and leave.

export function speak(lang) {
  const name = `loadzone_lang${document.documentElement.dataset.cookies ?? ""}`
  document.cookie = `${name}=${lang}; path=/; max-age=31536000; SameSite=Lax`
  location.reload()
}

// Throws when the server does not answer: the session is then as it was.
export async function logOut() {
  await fetch("/logout", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
  location.assign("/login?after=logout")
}
