// Runs before anything is drawn: light or dark as chosen, else as the system has it. Panel's Material components
// follow the root's data-theme; the cookie tells the server what to begin the next page with.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const chosen = () => document.cookie.match(/(?:^|; )loadzone_theme=(dark|light)(?:;|$)/)?.[1] ?? null
  const apply = () => {
    const choice = chosen()
    const theme = choice ?? (system.matches ? "dark" : "light")
    document.documentElement.dataset.theme = theme
    document.cookie = `loadzone_theme=${choice ?? `system-${theme}`}; path=/; max-age=31536000; SameSite=Lax`
    document.dispatchEvent(new CustomEvent("loadzone-theme", {detail: theme}))
  }
  const choose = (theme) => {
    document.cookie = theme === "system"
      ? "loadzone_theme=; path=/; max-age=0; SameSite=Lax"
      : `loadzone_theme=${theme}; path=/; max-age=31536000; SameSite=Lax`
    apply()
  }
  window.loadzoneTheme = {
    current: () => document.documentElement.dataset.theme,
    choice: () => chosen() ?? "system",
    // From the system's way to its opposite, then to the other, then back to the system's.
    next: () => {
      const [own, other] = system.matches ? ["dark", "light"] : ["light", "dark"]
      choose({system: other, [other]: own, [own]: "system"}[chosen() ?? "system"])
    },
  }
  system.addEventListener("change", apply)
  apply()
})()
