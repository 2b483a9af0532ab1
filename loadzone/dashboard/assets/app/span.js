// A stretch of time on a scale: its ticks, where a moment lies on it, and how it is named. All in the viewer's zone.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const STEPS = [HOUR / 4, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR]

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

  // Ticks with their texts, so many as `width` pixels have room for.
  ticks(words, width) {
    const room = Math.max(2, Math.floor(width / 70))
    const step = STEPS.find((each) => this.length / each <= room)
    return step ? this.hours(words, step) : this.days(words, Math.ceil(this.length / DAY / room))
  }

  hours(words, step) {
    const found = []
    for (let day = midnight(this.from); day < this.to; day = midnight(day, 1)) {
      for (let at = day; at < midnight(day, 1); at += step) {
        if (at < this.from || at > this.to) continue
        found.push({at, day: at === day, text: at === day && this.length > DAY ? words.day.format(at) : words.time.format(at)})
      }
    }
    return found
  }

  days(words, every) {
    const found = []
    for (let day = midnight(this.from); day <= this.to; day = midnight(day, every)) {
      if (day >= this.from) found.push({at: day, day: true, text: words.day.format(day)})
    }
    return found
  }

  name(words) {
    const last = this.to - 1
    const one = midnight(this.from) === midnight(last)
    return one ? words.day.format(this.from) : `${words.day.format(this.from)} – ${words.day.format(last)}`
  }
}
