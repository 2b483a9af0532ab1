// Who had which VM when: bookings folded from GET /history, read piece by piece back in time and kept live by changes.

const DAY = 86_400_000
const PIECE = 2 * DAY
const MOST = 150_000
const SAME = 10_000

export class Ledger extends EventTarget {
  constructor({fleet, records}) {
    super()
    Object.assign(this, {fleet, ask: records, busy: null})
    this.forget()
    fleet.addEventListener("load", () => this.forget())
    fleet.addEventListener("change", ({detail}) => this.follow(detail))
  }

  forget() {
    Object.assign(this, {records: new Map(), folded: new Map(), from: null, wanted: Infinity, count: 0, full: false, failed: false})
    this.held = new Map([...this.fleet.vms.values()].map((vm) => [vm.id, vm]))
    this.age = (this.age ?? 0) + 1
    this.dispatchEvent(new Event("change"))
  }

  // Read what is missing since `moment`, the newest first. What a moment says of the future is on the VMs already.
  async need(moment) {
    this.wanted = Math.min(this.wanted, moment)
    this.busy ??= this.read().finally(() => { this.busy = null })
    await this.busy
  }

  async read() {
    while (!this.full && (this.from ?? Infinity) > this.wanted) {
      const {age} = this
      const until = this.from ?? null
      const since = Math.max(this.wanted, (until ?? this.fleet.now()) - PIECE)
      const found = await this.ask({since, until})
      // Of a fleet that was read anew meanwhile; what is wanted of that one comes next.
      if (age !== this.age) continue
      this.failed = found == null
      if (found == null) break
      this.prepend(found)
      this.from = since
      this.full = this.count > MOST
      this.dispatchEvent(new Event("change"))
    }
    if (this.failed) this.dispatchEvent(new Event("change"))
  }

  prepend(found) {
    const fresh = new Map()
    for (const record of found) {
      if (!fresh.has(record.vm_id)) fresh.set(record.vm_id, [])
      fresh.get(record.vm_id).push(record)
    }
    for (const [id, records] of fresh) {
      this.records.set(id, [...records, ...(this.records.get(id) ?? [])])
      this.folded.delete(id)
    }
    this.count += found.length
  }

  // What changed on a VM, as the record that the server wrote of it.
  follow({vms, removed}) {
    for (const vm of vms) {
      this.note(this.held.get(vm.id), vm)
      this.held.set(vm.id, vm)
      this.folded.delete(vm.id)
    }
    for (const id of removed) {
      for (const kept of [this.held, this.records, this.folded]) kept.delete(id)
    }
    this.dispatchEvent(new Event("change"))
  }

  note(old, vm) {
    const now = new Date(this.fleet.now()).toISOString()
    const add = (record) => {
      if (!this.records.has(vm.id)) this.records.set(vm.id, [])
      this.records.get(vm.id).push({vm_id: vm.id, ...record})
    }
    const same = old?.booked_by === vm.booked_by && old?.booked_at === vm.booked_at
    if (old?.booked_by && !same) add({user: old.booked_by, action: "release", start: old.expires_at < now ? old.expires_at : now})
    if (vm.booked_by && !same) add({user: vm.booked_by, action: "book", start: vm.booked_at ?? now, end: vm.expires_at})
    if (vm.booked_by && same && old.expires_at !== vm.expires_at) add({user: vm.booked_by, action: "renew", start: now, end: vm.expires_at})
  }

  // The bookings of a VM, oldest first: {user, start, end, planned, how}; start is null when it lies before what was read.
  of(id) {
    if (!this.folded.has(id)) this.folded.set(id, fold(this.records.get(id) ?? [], this.fleet.vms.get(id), this.fleet.now()))
    return this.folded.get(id)
  }

  // How much of `[from, to)` a VM was booked, 0..1.
  share(id, from, to) {
    let busy = 0
    for (const {start, end} of this.of(id)) busy += Math.max(0, Math.min(end, to) - Math.max(start ?? from, from))
    return to > from ? Math.min(1, busy / (to - from)) : 0
  }
}

// All records that answer, oldest first, or null when the server could not be asked.
export async function fetchRecords({since, until, ...query}) {
  const asked = new URLSearchParams(query)
  if (since != null) asked.set("since", new Date(since).toISOString())
  if (until != null) asked.set("until", new Date(until).toISOString())
  try {
    const answer = await fetch(`/history?${asked}`, {headers: {Accept: "application/json"}})
    return answer.ok ? (await answer.json()).records : null
  } catch {
    return null
  }
}

// Bookings from the records of one VM; `vm` is how it is now, undefined when it is gone.
export function fold(records, vm, now) {
  const made = []
  let open = null
  const close = (end, how) => {
    made.push({...open, end, how})
    open = null
  }
  for (const {action, user, start: said, end: planned, reason} of records) {
    const [start, end] = [Date.parse(said), planned ? Date.parse(planned) : null]
    if (action === "release") {
      const last = made.at(-1)
      if (open) close(start, outcome(reason, start, open.planned))
      else if (last?.user !== user || start - last.end > SAME) made.push({user, start: null, planned: start, end: start, how: outcome(reason, start, start)})
    } else if (action === "renew" && (open == null || open.user === user)) {
      open = {user, start: open?.start ?? null, planned: end}
    } else if (open?.user !== user || open.start == null || Math.abs(open.start - start) > SAME) {
      if (open) close(Math.min(open.planned, start), "expired")
      open = {user, start, planned: end}
    }
  }
  const active = vm?.booked_by ?? null
  if (open && open.user !== active) close(Math.min(open.planned, now), "expired")
  if (active) {
    const planned = Date.parse(vm.expires_at)
    made.push({user: active, start: open?.start ?? (vm.booked_at ? Date.parse(vm.booked_at) : null), planned, end: planned, how: "active"})
  }
  return made
}

function outcome(reason, end, planned) {
  return reason ?? (end < planned ? "cancelled" : "expired")
}
