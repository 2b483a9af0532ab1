# What analytics says of its arguments: sentences that can follow "argument: ".

error-not-a-frame = This must be a DataFrame; it is of the type { $found }.
error-columns-missing = The frame lacks the columns { $missing }. It has: { $found }.
error-history-not-bookings = This is a history. Turn it into bookings first: analytics.bookings(history).
error-unknown-column = There is no column { $column }. There are: { $columns }.
error-not-to-group-by = The column { $column } holds values of the type { $found }, which cannot be grouped by.
error-unknown-freq = { $found } is not a length of buckets. Possible are, for example: { $examples }.
error-freq-too-fine = That would be more than { $max } buckets. Choose longer ones or a shorter range.
error-too-many-cells = That would be { $buckets } buckets for each of { $values } values of { $column }, and at most { $max } numbers fit. Choose longer buckets, a shorter range or another column.
error-range-too-long = The range is too long: { $years } years at most.
error-moment-unsupported = Times from { $first } to { $last } are supported.
bookings-left-out = { $count ->
    [one] { $count } record has times that no booking can have and is left out. `loadzone check` names it.
   *[other] { $count } records have times that no booking can have and are left out. `loadzone check` names them.
}
error-unknown-zone = There is no time zone { $zone }. Names are like Europe/Berlin or UTC.
error-not-above-zero = This must be a number above 0; it is { $found }.
error-not-a-count = This must be a whole number above 0; it is { $found }.
error-not-a-share = This must be a number above 0 and at most 1; it is { $found }.
error-not-ascending = These must be two or more numbers, each above the one before it.
error-history-too-short = { $needed ->
    [one] A forecast needs { $needed } whole week of bookings; there are { $found }.
   *[other] A forecast needs { $needed } whole weeks of bookings; there are { $found }.
}
