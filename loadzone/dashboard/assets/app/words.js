// Texts in the page's language, and times, lengths and counts as people read them.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UTC_MOMENT = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d) UTC/g

export class Words {
  constructor(lang, texts) {
    this.lang = lang
    this.texts = texts
    this.plural = new Intl.PluralRules(lang)
    this.time = new Intl.DateTimeFormat(lang, {hour: "2-digit", minute: "2-digit", hourCycle: "h23"})
    this.day = new Intl.DateTimeFormat(lang, {weekday: "short", day: "numeric", month: "short"})
    this.weekday = new Intl.DateTimeFormat(lang, {weekday: "short"})
    this.year = new Intl.DateTimeFormat(lang, {day: "numeric", month: "short", year: "numeric"})
    this.whole = new Intl.DateTimeFormat(lang, {dateStyle: "full", timeStyle: "long"})
  }

  // The text of `key`, with each $name replaced; a number under `n` chooses the plural form `key-few` and so on.
  t(key, data = {}) {
    const form = "n" in data ? `${key}-${this.plural.select(data.n)}` : key
    const text = this.texts[form] ?? this.texts[`${key}-other`] ?? this.texts[key] ?? this.missing(key)
    return text.replace(/\$(\w+)/g, (place, name) => (name in data ? String(data[name]) : place))
  }

  // The page goes on without the text; the browser's console has it, and a test that sees the page fails.
  missing(key) {
    reportError(new Error(`no text ${key} in ${this.lang}`))
    return key
  }

  // A moment in the viewer's zone, as near as it is: the time alone today, else with the day.
  moment(at, now) {
    const [then, today] = [new Date(at), new Date(now)]
    const time = this.time.format(then)
    const days = Math.round((midnight(then) - midnight(today)) / DAY)
    if (days === 0) return this.t("today-at", {time})
    if (days === 1) return this.t("tomorrow-at", {time})
    const day = then.getFullYear() === today.getFullYear() ? this.day.format(then) : this.dayOfYear(then)
    return this.t("day-at", {day, time})
  }

  // A day of another year, without the word for year that Russian would put after it.
  dayOfYear(then) {
    const parts = this.year.formatToParts(then)
    return parts.slice(0, parts.findLastIndex(({type}) => type !== "literal") + 1).map(({value}) => value).join("")
  }

  // A day in the fewest letters, its two words with `between` between them.
  shortDay(at, between = " ") {
    return this.t("day-short", {weekday: this.weekday.format(at), day: new Date(at).getDate()}).replace(" ", between)
  }

  exact(at) {
    return this.whole.format(new Date(at))
  }

  // How long, with the two largest units; below ten minutes to the second.
  left(length) {
    if (length <= 0) return this.t("left-over")
    if (length < 10 * MINUTE) {
      const minutes = Math.floor(length / MINUTE)
      return this.t("left-seconds", {m: minutes, s: String(Math.floor((length % MINUTE) / 1000)).padStart(2, "0")})
    }
    const [days, hours] = [Math.floor(length / DAY), Math.floor((length % DAY) / HOUR)]
    const minutes = Math.floor((length % HOUR) / MINUTE)
    if (days > 0) return this.t("left-days", {d: days, h: hours})
    if (hours > 0) return this.t("left-hours", {h: hours, m: minutes})
    return this.t("left-minutes", {m: minutes})
  }

  // The moments that a server's message tells in UTC, in the viewer's zone.
  local(message, now) {
    const time = this.moments(message, now)
    return time ? this.t("your-time", {time}) : null
  }

  moments(message, now) {
    return [...message.matchAll(UTC_MOMENT)].map(([, year, month, day, hour, minute]) =>
      this.moment(Date.UTC(year, month - 1, day, hour, minute), now)).join(", ")
  }

  // A notification as `email` reads it, and what stands beside it: people know their own bookings by "you" and by
  // their own clock.
  told({msg, type, vm_id: vm, user}, email, now) {
    const key = `own-${type}`
    if (email == null || user !== email || !(key in this.texts)) return [msg, this.local(msg, now)]
    return [this.t(key, {vm, time: this.moments(msg, now)}), null]
  }
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

export async function loadWords(boot) {
  const answer = await fetch(`${boot.assets}texts/${boot.lang}.json`)
  return new Words(boot.lang, await answer.json())
}
