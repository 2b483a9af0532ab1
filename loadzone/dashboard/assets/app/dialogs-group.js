// Groups: make one, rename it, put VMs in, take one out, delete it: the dialogs of administrators.

import {Dialog, put} from "./dialog.js"
import {Picker} from "./picker.js"

class GroupDialog extends Dialog {
  static on(desk, id, typed) {
    const group = desk.fleet.groups.get(Number(id))
    return group ? new this(desk, group, typed) : null
  }

  refresh() {
    this.group = this.desk.fleet.groups.get(this.group.id) ?? this.group
    put(this.about, this.desk.fleet.groups.has(this.group.id) ? this.told() : this.desk.t("group-gone"))
    this.inputs.get("vm_ids")?.draw()
  }

  told() {
    return ""
  }
}

function picker(dialog, offered, picked) {
  const {desk} = dialog
  return dialog.own("vm_ids", desk.t("pick-vms"), new Picker(desk, {name: "vm_ids", offered, picked}), desk.t("pick-hint"))
}

export class AddGroupDialog extends Dialog {
  // `ids` are VMs that are picked from the beginning.
  static on(desk, ids, typed) {
    return new this(desk, {...typed, vm_ids: typed.vm_ids ?? ids ?? []})
  }

  constructor(desk, typed) {
    super(desk, {kind: "add_group", title: desk.t("add-group-title"), confirm: desk.t("add-group-confirm"),
      beside: {group_exists: "name", vm_not_found: "vm_ids"}})
    this.place.append(this.field("name", desk.t("group-name"), {value: typed.name ?? "", maxlength: 200}),
      picker(this, () => [...desk.fleet.vms.values()], typed.vm_ids))
  }

  refresh() {
    this.inputs.get("vm_ids").draw()
  }

  news() {
    return [["group_added", null]]
  }

  done() {
    this.element.close()
    this.desk.toasts.show(this.desk.t("group-added", {name: this.value("name").trim()}), "success", null, true)
  }
}

export class AddToGroupDialog extends GroupDialog {
  constructor(desk, group, typed) {
    super(desk, {kind: "add_to_group", title: desk.t("add-to-group-title", {name: group.name}), confirm: desk.t("add-to-group-confirm"),
      beside: {vm_not_found: "vm_ids"}})
    this.group = group
    const outside = () => [...desk.fleet.vms.values()].filter((vm) => vm.group !== group.id)
    this.place.append(picker(this, outside, typed.vm_ids ?? []))
  }

  asked() {
    return {group_id: this.group.id, vm_ids: this.value("vm_ids")}
  }
}

export class RenameGroupDialog extends GroupDialog {
  constructor(desk, group, typed) {
    super(desk, {kind: "rename_group", title: desk.t("rename-group-title", {name: group.name}), confirm: desk.t("save"),
      beside: {group_exists: "name"}})
    this.group = group
    this.place.append(this.field("name", desk.t("group-name"), {value: typed.name ?? group.name, maxlength: 200}))
  }

  asked() {
    return {group_id: this.group.id, name: this.value("name")}
  }
}

export class DeleteGroupDialog extends GroupDialog {
  constructor(desk, group) {
    super(desk, {kind: "delete_group", title: desk.t("delete-group-title", {name: group.name}), confirm: desk.t("delete"), danger: true})
    this.group = group
  }

  told() {
    const count = [...this.desk.fleet.vms.values()].filter((vm) => vm.group === this.group.id).length
    return count > 0 ? this.desk.t("delete-group-vms", {n: count}) : this.desk.t("delete-group-empty")
  }

  asked() {
    return {group_id: this.group.id}
  }

  done() {
    this.element.close()
    if (this.desk.view?.group === this.group.id) this.desk.view.choose({})
  }
}

export class RemoveFromGroupDialog extends Dialog {
  static on(desk, id) {
    const vm = desk.fleet.vms.get(id)
    return vm?.group == null ? null : new this(desk, vm)
  }

  constructor(desk, vm) {
    const name = desk.fleet.groupName(vm)
    super(desk, {kind: "remove_from_group", title: desk.t("remove-from-group-title", {vm: vm.id, name}), confirm: desk.t("remove-from-group-confirm")})
    Object.assign(this, {vm, groupId: vm.group})
    put(this.about, desk.t("remove-from-group-about"))
  }

  refresh() {
    if (!this.desk.fleet.vms.has(this.vm.id)) put(this.about, this.desk.t("dialog-gone"))
  }

  asked() {
    return {vm_id: this.vm.id, group_id: this.groupId}
  }

  done(answer) {
    this.desk.fleet.hear(answer.data, answer.known)
    this.element.close()
  }
}
