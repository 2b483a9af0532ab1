# The audit log: the archive beside the data file, its setting, and the administrators' page.

setting-audit-days = For how many days the audit log remembers changes.
cli-backed-up-log = { $path }: the audit log.
cli-check-log-well = { $path }: { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
  } in the audit log; all is well.
cli-check-log-damaged = { $path }: { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
  } in the audit log can be read; damaged { $count ->
    [one] is line { $lines }
   *[other] are { $count } lines, the first: { $lines }
  }. The log is memory only: the server starts all the same.
cli-check-log-unreadable = { $path }: the audit log cannot be read: { $reason }. The server starts all the same.
