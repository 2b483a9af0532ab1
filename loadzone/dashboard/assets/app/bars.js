// Bookings drawn on a stretch of time: one bar each, who and until when on it, what is over paler than what runs.

import {el} from "./dom.js"

// Pixels that a letter of the scale takes at most.
const LETTER = 8

// The bars of `bookings` that lie in `span`, in order.
export function bars(desk, bookings, span) {
  const now = desk.fleet.now()
  return bookings.filter(({start, end}) => end > span.from && (start ?? -Infinity) < span.to).map((booking) => {
    const from = Math.max(booking.start ?? span.from, span.from)
    const to = Math.min(booking.end, span.to)
    const own = booking.user === desk.fleet.email
    const bar = el("span", {class: `bar-of ${booking.how === "active" ? "running" : "over"} ${own ? "mine" : "taken"}`,
      title: told(desk, booking, now)}, el("span", {}, booking.user.split("@")[0]))
    bar.style.left = `${span.at(from)}%`
    bar.style.width = `${Math.max(0.15, span.at(to) - span.at(from))}%`
    if (from > (booking.start ?? -Infinity)) bar.classList.add("before")
    if (to < booking.end) bar.classList.add("after")
    return bar
  })
}

// Who had a VM from when until when, in words.
export function told(desk, {user, start, end, how}, now) {
  const {words, t} = desk
  const data = {user, start: start == null ? "…" : words.dated(start, now), end: words.dated(end, now)}
  return `${t("bar-told", data)} (${t(`how-${how.replace("_", "-")}`)})`
}

// The line that marks now, or null when now is not shown.
export function nowLine(desk, span) {
  const now = desk.fleet.now()
  if (now < span.from || now > span.to) return null
  const line = el("span", {class: "now-line", "aria-hidden": "true"})
  line.style.left = `${span.at(now)}%`
  return line
}

// What the looks of the bars mean.
export function legend({boot, t}) {
  const looks = {mine: "running mine", taken: "running taken", over: "over"}
  const known = Object.keys(looks).filter((name) => name !== "mine" || boot.email != null)
  return el("p", {class: "legend", "aria-hidden": "true"}, ...known.map((name) => el("span", {}, el("span", {class: `bar-of ${looks[name]}`}), t(`legend-${name}`))))
}

export function scale(desk, span, width) {
  return span.ticks(desk.words, width).map(({at, day, text}) => {
    const place = span.at(at)
    // The last line may be too near to the end for its words.
    const lines = text.split("\n")
    const room = (100 - place) / 100 * width >= LETTER * (Math.max(...lines.map(({length}) => length)) + 1)
    const tick = el("span", {class: `tick${day ? " day" : ""}${lines.length > 1 ? " two" : ""}`}, room ? text : "")
    tick.style.left = `${place}%`
    return tick
  })
}
