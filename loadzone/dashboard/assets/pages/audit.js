// The audit log: who changed what, newest first, each fact as one sentence.

import {el} from "../app/dom.js"
import {table} from "./kit.js"
import {Ledger} from "./ledger.js"

const PAGE = 100
const SHOWN = 5
const NAMED = 8
const KINDS = {
  bookings: ["booking_made", "booking_renewed", "booking_released", "holder_warned"],
  vms: ["vm_added", "vm_edited", "vm_deleted", "vms_moved"],
  groups: ["group_added", "group_renamed", "group_deleted", "vms_moved"],
  people: ["user_added", "person_added", "person_invited", "person_registered", "role_changed", "person_disabled", "person_enabled", "person_approved", "person_refused", "password_reset"],
  tokens: ["token_added", "token_revoked"],
}

export async function showAudit(desk, place) {
  const {t} = desk
  const answer = await desk.call("/groups")
  const groups = new Map((answer.ok ? answer.data : []).map(({id, name}) => [id, name]))
  const kinds = [["", t("admin-kind-all")], ...Object.entries(KINDS).map(([name, list]) => [list.join(","), t(`admin-kind-${name}`)])]
  const filters = [["by", "email"], ["user", "email", "admin-filter-whose"], ["vm", "text"], ["kind", kinds], ["since", "date"], ["until", "date"]]
  new Ledger(desk, place, {path: "/audit", about: t("admin-audit-about"), limit: PAGE, filters,
    draw: ({changes}) => entries(desk, changes, groups)})
}

function entries(desk, changes, groups) {
  const {t} = desk
  const rows = changes.map(({facts}) => ({cells: [moment(desk, facts), told(desk, facts, groups)]}))
  return table(t("admin-audit"), [t("admin-column-at"), t("admin-column-told")], rows, t("admin-no-audit"))
}

function moment(desk, facts) {
  const {at} = facts.at(-1)
  return el("time", {class: "exact", datetime: at, title: desk.words.exact(at)}, desk.words.stamp(at))
}

// The sentences of a change; of an import of hundreds the first few, the others when asked for.
function told(desk, facts, groups) {
  const named = new Map([...groups, ...facts.filter((fact) => fact.fact === "group_added").map(({group_id, name}) => [group_id, name])])
  const lines = facts.map((fact) => el("li", {}, ...sentence(desk, fact, named)))
  if (lines.length === 1) return [...lines[0].childNodes]
  const list = el("ul", {class: "facts"}, ...lines.slice(0, SHOWN))
  if (lines.length <= SHOWN) return list
  return [list, el("details", {}, el("summary", {}, desk.t("admin-told-more", {n: lines.length - SHOWN})), el("ul", {class: "facts"}, ...lines.slice(SHOWN)))]
}

function sentence(desk, fact, groups) {
  const {t, words} = desk
  const said = {...fact, by: fact.by == null ? "LoadZone" : desk.personLink(fact.by), user: fact.user && desk.personLink(fact.user), vm: fact.vm_id && desk.vm(fact.vm_id), group: fact.name ?? groupName(fact.group, groups),
    until: fact.end == null ? "" : words.stamp(fact.end), role: fact.role && t(`role-${fact.role}`), scope: fact.scope && t(`admin-scope-${fact.scope}`)}
  return words.filled(`admin-told-${fact.fact}${variant(fact)}`, fact.fact === "vms_moved" ? {...said, n: fact.vm_ids.length, vms: listed(fact.vm_ids)} : said)
}

function variant(fact) {
  if (fact.fact === "booking_released") return fact.by === fact.user ? "-cancelled" : `-${fact.reason}`
  if (fact.fact === "vms_moved") return fact.group == null ? "-out" : ""
  if (fact.fact === "password_reset") return fact.by === fact.user ? "-own" : ""
  if (fact.fact === "person_invited") return fact.user == null ? "-anybody" : ""
  return ""
}

// A group that is gone by now has only its number.
function groupName(id, groups) {
  return groups.get(id) ?? `#${id}`
}

function listed(ids) {
  return ids.length > NAMED ? `${ids.slice(0, NAMED).join(", ")}, …` : ids.join(", ")
}
