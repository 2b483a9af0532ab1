// The server's time, in milliseconds: what "now" and "today" mean on every page. This machine's clock may be wrong.

export class Clock {
  // `moment` is when the server made the page. It was then that the answer began to arrive; a notebook's cell has none.
  constructor(moment = null) {
    const [page] = performance.getEntriesByType("navigation")
    const arrived = Date.now() - performance.now() + (page?.responseStart ?? 0)
    this.ahead = moment == null ? 0 : Date.parse(moment) - arrived
  }

  now() {
    return Date.now() + this.ahead
  }

  // The server said `moment` in answer to a question that was asked and answered at these local times.
  heard(moment, asked = Date.now(), answered = Date.now()) {
    this.ahead = Date.parse(moment) - (asked + answered) / 2
  }
}
