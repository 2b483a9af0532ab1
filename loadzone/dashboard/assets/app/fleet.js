// The fleet as this page knows it: whole records by id, the number of the last change, and the server's clock.

export const SOON = 3_600_000
// What stands for a group where VMs without one are counted and shown.
export const NO_GROUP = "none"

export class Fleet extends EventTarget {
  constructor(email, clock) {
    super()
    this.email = email
    this.clock = clock
    this.vms = new Map()
    this.groups = new Map()
    this.seq = null
  }

  now() {
    return this.clock.now()
  }

  load({vms, groups, seq}) {
    this.vms = new Map(vms.map((vm) => [vm.id, vm]))
    this.groups = new Map(groups.map((group) => [group.id, group]))
    this.seq = seq
    this.tell("load", {})
  }

  change({seq, vms = [], removed_vms = [], groups = [], removed_groups = []}) {
    if (seq <= this.seq) return
    this.seq = seq
    for (const group of groups) this.groups.set(group.id, group)
    for (const id of removed_groups) this.groups.delete(id)
    for (const vm of vms) this.vms.set(vm.id, vm)
    for (const id of removed_vms) this.vms.delete(id)
    // A group's name stands in the rows of its VMs.
    const renamed = groups.flatMap((group) => group.vm_ids ?? []).map((id) => this.vms.get(id))
    this.tell("change", {vms: [...new Set([...vms, ...renamed.filter(Boolean)])], removed: removed_vms})
  }

  // A VM as the answer to an own change has it. `known` is the record from before that was asked for: where there is
  // another one by now, the feed was faster, and has perhaps told of later changes.
  hear(vm, known) {
    if (this.seq == null || this.vms.get(vm.id) !== known) return
    this.vms.set(vm.id, vm)
    this.tell("change", {vms: [vm], removed: []})
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}))
  }

  state(vm) {
    if (vm.booked_by == null) return "free"
    return vm.booked_by === this.email ? "mine" : "taken"
  }

  groupName(vm) {
    return vm.group == null ? "" : (this.groups.get(vm.group)?.name ?? "")
  }

  counts() {
    const counts = {total: this.vms.size, free: 0, mine: 0, soon: 0, groups: new Map([[NO_GROUP, {total: 0, free: 0}]])}
    const now = this.now()
    for (const id of this.groups.keys()) counts.groups.set(id, {total: 0, free: 0})
    for (const vm of this.vms.values()) {
      const [state, group] = [this.state(vm), counts.groups.get(vm.group ?? NO_GROUP)]
      if (state === "free") counts.free += 1
      if (state === "mine") counts.mine += 1
      if (state !== "free" && isSoon(Date.parse(vm.expires_at), now)) counts.soon += 1
      if (group) {
        group.total += 1
        if (state === "free") group.free += 1
      }
    }
    return counts
  }
}

// Whether a booking ends within the hour before which its holder is warned.
export function isSoon(until, now) {
  return until != null && until - now < SOON
}
