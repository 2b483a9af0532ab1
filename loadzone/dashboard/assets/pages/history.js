// The booking history: one's own of the last weeks, newest first; for administrators everybody's, with filters.

import {el} from "../app/dom.js"
import {table} from "./kit.js"
import {Ledger} from "./ledger.js"

const PAGE = 200
const OWN_DAYS = 90
const DAY = 86_400_000
const FILTERS = [["user", "email"], ["vm", "text"], ["since", "date"], ["until", "date"]]

export async function showHistory(desk, place) {
  if (desk.page !== "history") return showOwn(desk, place)
  new Ledger(desk, place, {path: "/history", about: desk.t("admin-history-about"), limit: PAGE, filters: FILTERS, csv: true, order: "newest",
    draw: ({records}) => entries(desk, records, true)})
}

async function showOwn(desk, place) {
  const {t} = desk
  const since = new Date(desk.fleet.now() - OWN_DAYS * DAY).toISOString()
  const query = new URLSearchParams({user: desk.email, since})
  const answer = await desk.call(`/history?${query}`)
  place.append(el("h2", {}, t("admin-own-history")), el("p", {class: "about"}, t("admin-own-history-about", {n: OWN_DAYS})),
    answer.ok ? entries(desk, answer.data.records.reverse(), false) : el("p", {class: "problem", role: "alert"}, answer.message),
    el("p", {}, el("a", {href: `/history?${new URLSearchParams({user: desk.email, format: "csv"})}`, download: "history.csv"}, t("admin-csv"))))
}

function entries(desk, records, people) {
  const {t} = desk
  const columns = ["at", "what", "vm", ...people ? ["who"] : [], "end"].map((name) => t(`admin-column-${name}`))
  const rows = records.map((each) => ({cells: [desk.day(each.start), did(desk, each),
    desk.vm(each.vm_id), ...people ? [desk.personLink(each.user)] : [], desk.day(each.end)]}))
  return table(t("admin-history"), columns, rows, t(people ? "admin-no-history" : "admin-no-own-history"))
}

// What was done, and by whom where that was somebody else.
function did(desk, {action, reason, user, by}) {
  const what = desk.t(`admin-did-${action === "release" ? reason ?? "cancelled" : action}`)
  return by == null || by === user ? what : desk.words.filled("admin-did-by", {what, by: desk.personLink(by)})
}
