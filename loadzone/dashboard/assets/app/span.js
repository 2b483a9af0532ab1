// A stretch of time on a scale: its ticks, where a moment lies on it, and how it is named. All in the viewer's zone.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const STEPS = [HOUR / 4, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR]

// Pixels that a day's text takes: in full, short, and short in two lines.
const FULL = 96
const SHORT = 58
const STACKED = 30

export const LEAST = HOUR
export const MOST = 60 * DAY

// Midnight of the day that `at` lies in, `days` later; days have 23 or 25 hours where clocks change.
export function midnight(at, days = 0) {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
}

export class Span {
  constructor(from, to) {
    Object.assign(this, {from, to})
  }

  static today(now) {
    return new Span(midnight(now), midnight(now, 1))
  }

  // Seven days around now: what was, today, and the two days that most bookings reach into.
  static week(now) {
    return new Span(midnight(now, -4), midnight(now, 3))
  }

  get length() {
    return this.to - this.from
  }

  // Where a moment lies, in per cent.
  at(moment) {
    return ((moment - this.from) / this.length) * 100
  }

  // Whole days stay whole days, also over a change of clocks.
  move(share) {
    const days = Math.round(this.length / DAY)
    const whole = days > 0 && midnight(this.from) === this.from && midnight(this.from, days) === this.to
    if (whole && Math.abs(share) === 1) return new Span(midnight(this.from, share * days), midnight(this.to, share * days))
    const by = this.length * share
    return new Span(this.from + by, this.to + by)
  }

  // Larger or smaller around the place `share` of it.
  zoom(factor, share = 0.5) {
    const length = Math.min(MOST, Math.max(LEAST, this.length * factor))
    const from = this.from + (this.length - length) * share
    return new Span(from, from + length)
  }

  // Ticks with their texts, so many as `width` pixels have room for. Days are told in fewer letters before any is left out.
  ticks(words, width) {
    const room = Math.max(2, Math.floor(width / 70))
    const step = STEPS.find((each) => this.length / each <= room)
    if (step) return this.hours(words, step, width / this.length * step)
    const day = width / this.length * DAY
    return this.days(words, day < STACKED ? Math.ceil(FULL / day) : 1, day)
  }

  hours(words, step, room) {
    const told = room < FULL ? (at) => words.shortDay(at) : (at) => words.day.format(at)
    const found = []
    for (let day = midnight(this.from); day < this.to; day = midnight(day, 1)) {
      for (let at = day; at < midnight(day, 1); at += step) {
        if (at < this.from || at > this.to) continue
        found.push({at, day: at === day, text: at === day && this.length > DAY ? told(at) : words.time.format(at)})
      }
    }
    return found
  }

  days(words, every, room) {
    const told = every > 1 || room >= FULL ? (at) => words.day.format(at) : (at) => words.shortDay(at, room < SHORT ? "\n" : " ")
    const found = []
    for (let day = midnight(this.from); day <= this.to; day = midnight(day, every)) {
      if (day >= this.from) found.push({at: day, day: true, text: told(day)})
    }
    return found
  }

  name(words) {
    const last = this.to - 1
    const one = midnight(this.from) === midnight(last)
    return one ? words.day.format(this.from) : `${words.day.format(this.from)} – ${words.day.format(last)}`
  }
}
