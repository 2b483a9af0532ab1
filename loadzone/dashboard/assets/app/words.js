// Texts in the page's language, and times, lengths and counts as people read them.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
// Of an end that is as near as this it is told how soon it comes.
const SOON = 2 * HOUR
const UTC_MOMENT = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d) UTC/g

export class Words {
  constructor(lang, texts) {
    this.lang = lang
    this.texts = texts
    this.plural = new Intl.PluralRules(lang)
    this.number = new Intl.NumberFormat(lang)
    this.percent = new Intl.NumberFormat(lang, {style: "percent", maximumFractionDigits: 0})
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
    return text.replace(/\$(\w+)/g, (place, name) => (name in data ? this.shown(data[name]) : place))
  }

  // The same with elements among what is filled in: a list of texts and elements.
  filled(key, data) {
    const plain = Object.fromEntries(Object.keys(data).filter((name) => data[name] instanceof Node).map((name) => [name, `$${name}`]))
    return this.t(key, {...data, ...plain}).split(/\$(\w+)/).map((part, at) => (at % 2 === 0 ? part : data[part]))
  }

  shown(value) {
    return typeof value === "number" ? this.number.format(value) : String(value)
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
    const days = dayOf(then, today)
    if (days === 0) return this.t("today-at", {time})
    if (days === 1) return this.t("tomorrow-at", {time})
    return this.t("day-at", {day: this.dayOf(then, today), time})
  }

  // A moment with its day in any case, as the two ends of a stretch of time need it.
  dated(at, now) {
    return this.t("day-at", {day: this.dayOf(at, now), time: this.time.format(at)})
  }

  // A day as it is told from `now`: with its weekday, or with its year where that is another.
  dayOf(at, now) {
    const [then, today] = [new Date(at), new Date(now)]
    return then.getFullYear() === today.getFullYear() ? this.day.format(then) : this.dayOfYear(then)
  }

  // When something ends, as it follows the verb: how soon, with the time; else at what time of which day.
  when(at, now) {
    const left = at - now
    const time = this.time.format(at)
    if (left > 0 && left <= SOON) return this.t("when-soon", {left: this.roughly(left), time})
    const days = dayOf(at, now)
    return days === 0 || days === 1 ? this.t(days === 0 ? "when-today" : "when-tomorrow", {time}) : this.t("when-day", {day: this.dayOf(at, now), time})
  }

  // Until when something lasts; where that is near, also for how long.
  until(at, now) {
    const left = at - now
    return left > 0 && left <= SOON ? this.t("until-soon", {time: this.time.format(at), left: this.roughly(left)}) : this.moment(at, now)
  }

  // How long, in minutes, as a sentence tells it that does not run on.
  roughly(length) {
    const minutes = Math.ceil(length / MINUTE)
    return minutes < 60 ? this.t("left-minutes", {m: minutes}) : this.left(minutes * MINUTE)
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

  // A moment with its day and its year, as lists of what was have it.
  stamp(at) {
    return this.t("day-at", {day: this.dayOfYear(new Date(at)), time: this.time.format(new Date(at))})
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

  moments(message, now, tell = (at) => this.moment(at, now)) {
    return [...message.matchAll(UTC_MOMENT)].map(([, year, month, day, hour, minute]) => tell(Date.UTC(year, month - 1, day, hour, minute))).join(", ")
  }

  // A notification as `email` reads it, and what stands beside it: people know their own bookings by "you" and by
  // their own clock.
  told({msg, type, vm_id: vm, user}, email, now) {
    const key = `own-${type}`
    if (email == null || user !== email || !(key in this.texts)) return [msg, this.local(msg, now)]
    const time = type === "expiring" ? this.moments(msg, now, (at) => this.when(at, now)) : this.moments(msg, now)
    return [this.t(key, {vm, time}), null]
  }
}

// How many days later than the day of `now` one is.
function dayOf(at, now) {
  return Math.round((midnight(new Date(at)) - midnight(new Date(now))) / DAY)
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

export async function loadWords(boot) {
  const answer = await fetch(`${boot.assets}texts/${boot.lang}.json`)
  return new Words(boot.lang, await answer.json())
}
