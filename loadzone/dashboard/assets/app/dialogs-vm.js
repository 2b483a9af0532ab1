// Add, edit and delete a VM: the dialogs of administrators.

import {Dialog, put} from "./dialog.js"

const TEXTS = ["internal_ip", "external_ip", "tags", "note"]

function groupOptions({fleet, boot, t}, chosen) {
  const groups = [...fleet.groups.values()].sort((one, other) => one.name.localeCompare(other.name, boot.lang, {numeric: true}))
  return [["", t("no-group"), chosen == null], ...groups.map(({id, name}) => [id, name, id === chosen])]
}

export function groupField(dialog, chosen) {
  return dialog.field("group_id", dialog.desk.t("column-group"), {tag: "select", options: groupOptions(dialog.desk, chosen)})
}

class DetailsDialog extends Dialog {
  details(typed, group) {
    const {t} = this.desk
    this.place.append(groupField(this, group),
      this.field("internal_ip", t("internal-ip"), {value: typed.internal_ip ?? "", inputmode: "text", maxlength: 60, hint: t("address-hint")}),
      this.field("external_ip", t("external-ip"), {value: typed.external_ip ?? "", inputmode: "text", maxlength: 60}),
      this.field("tags", t("tags"), {value: typed.tags ?? "", hint: t("tags-hint"), maxlength: 2000}),
      this.field("note", t("note"), {tag: "textarea", value: typed.note ?? "", rows: 3, maxlength: 4000}))
  }

  groupId() {
    return this.value("group_id") === "" ? null : Number(this.value("group_id"))
  }

  done(answer) {
    this.desk.fleet.hear(answer.data, answer.known)
    this.element.close()
  }
}

export class AddVMDialog extends DetailsDialog {
  static on(desk, _id, typed) {
    return new this(desk, typed)
  }

  constructor(desk, typed) {
    super(desk, {kind: "add_vm", title: desk.t("add-vm-title"), confirm: desk.t("add-vm-confirm"),
      beside: {vm_exists: "id", group_not_found: "group_id"}})
    this.place.append(this.field("id", desk.t("vm-id"), {value: typed.id ?? "", hint: desk.t("vm-id-hint"), maxlength: 80,
      autocapitalize: "none", spellcheck: "false"}))
    this.details(typed, typed.group_id ? Number(typed.group_id) : desk.view?.group ?? null)
  }

  asked() {
    return {...this.values(), group_id: this.groupId()}
  }

  news() {
    return [["vm_added", this.value("id").trim()]]
  }

  done(answer) {
    super.done(answer)
    this.desk.toasts.show(this.desk.t("vm-added", {vm: answer.data.id}), "success", null, true)
  }
}

export class EditVMDialog extends DetailsDialog {
  static on(desk, id, typed) {
    const vm = desk.fleet.vms.get(id)
    return vm ? new this(desk, vm, typed) : null
  }

  constructor(desk, vm, typed) {
    super(desk, {kind: "edit_vm", title: desk.t("edit-vm-title", {vm: vm.id}), confirm: desk.t("save"), beside: {group_not_found: "group_id"}})
    this.vm = vm
    this.before = {group_id: vm.group ?? null, internal_ip: vm.internal_ip ?? "", external_ip: vm.external_ip ?? "",
      tags: (vm.tags ?? []).join(", "), note: vm.note ?? ""}
    this.details({...this.before, ...typed}, "group_id" in typed ? Number(typed.group_id) || null : this.before.group_id)
  }

  // Only what was changed here: what somebody else changes meanwhile stays.
  asked() {
    const changed = TEXTS.filter((name) => this.value(name) !== this.before[name]).map((name) => [name, this.value(name)])
    const group = this.groupId() === this.before.group_id ? {} : {group_id: this.groupId()}
    return {vm_id: this.vm.id, ...Object.fromEntries(changed), ...group}
  }

  refresh() {
    put(this.about, this.desk.fleet.vms.has(this.vm.id) ? "" : this.desk.t("dialog-gone"))
  }
}

export class DeleteVMDialog extends Dialog {
  static on(desk, id) {
    const vm = desk.fleet.vms.get(id)
    return vm ? new this(desk, vm) : null
  }

  constructor(desk, vm) {
    super(desk, {kind: "delete_vm", title: desk.t("delete-vm-title", {vm: vm.id}), confirm: desk.t("delete"), danger: true})
    this.vm = vm
  }

  // Who holds it is said before; the booking ends only where that was seen.
  refresh() {
    const {fleet, words, t} = this.desk
    const gone = !fleet.vms.has(this.vm.id)
    this.vm = fleet.vms.get(this.vm.id) ?? this.vm
    const {booked_by: user, expires_at: end} = this.vm
    const state = gone ? "dialog-gone" : user == null ? "dialog-free" : user === fleet.email ? "dialog-yours" : "dialog-held"
    put(this.about, t(state, {user, until: end ? words.until(Date.parse(end), fleet.now()) : ""}))
    put(this.result, gone ? "" : user == null ? t("delete-vm-free") : t("delete-vm-held", {user}))
  }

  asked() {
    return {vm_id: this.vm.id, force: this.vm.booked_by != null}
  }
}
