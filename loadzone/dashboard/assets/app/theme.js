// Runs before anything is drawn: light or dark as chosen, else as the system has it. Panel's Material components
// follow the root's data-theme; the cookie tells the server what to begin the next page with. Its name carries the
// port, because browsers give a cookie to every port of a host; the name without one is that of older releases.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const name = `loadzone_theme${document.documentElement.dataset.cookies ?? ""}`
  const value = (cookie) => document.cookie.match(new RegExp(`(?:^|; )${cookie}=([^;]*)`))?.[1]
  const chosen = () => (value(name) ?? value("loadzone_theme"))?.match(/^(dark|light)$/)?.[1] ?? null
  const natural = () => (system.matches ? "dark" : "light")
  const apply = (choice = chosen()) => {
    const theme = choice ?? natural()
    document.documentElement.dataset.theme = theme
    document.cookie = `${name}=${choice ?? `system-${theme}`}; path=/; max-age=31536000; SameSite=Lax`
    document.dispatchEvent(new CustomEvent("loadzone-theme", {detail: theme}))
  }
  window.loadzoneTheme = {
    current: () => document.documentElement.dataset.theme,
    choice: () => chosen() ?? "system",
    // From the system's way to its opposite, then to the other, then back to the system's.
    next: () => {
      const [own, other] = system.matches ? ["dark", "light"] : ["light", "dark"]
      const theme = {system: other, [other]: own, [own]: "system"}[chosen() ?? "system"]
      apply(theme === "system" ? null : theme)
    },
  }
  system.addEventListener("change", () => apply())
  apply()
})()
