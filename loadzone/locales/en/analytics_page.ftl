# The Analytics page. Scripts fill in names like $done.

dashboard-analytics = Analytics
admin-analytics = Analytics
admin-analytics-about = How the fleet was used, from the booking history. Times are in your time zone ($zone). The address holds what is chosen, so it can be shared.
admin-analytics-ranges = Range
admin-analytics-7d = Last 7 days
admin-analytics-30d = Last 30 days
admin-analytics-90d = Last 90 days
admin-analytics-year = This year
admin-analytics-all = All
admin-analytics-since = From
admin-analytics-until = To
admin-analytics-group = Group
admin-analytics-all-groups = All groups
admin-analytics-user = User
admin-analytics-show = Show
admin-analytics-reading = Reading the history…
admin-analytics-drawing = Drawing: figure $done of $total
admin-analytics-progress = Progress
admin-analytics-numbers = In numbers
admin-analytics-as-table = As a table
admin-analytics-table-of = Table: $title
admin-analytics-empty = There are no bookings here. Choose a longer range, or take away the group or the user.
admin-analytics-never = Nothing has been booked yet. Once somebody books a VM, this page tells how the fleet is used.
admin-analytics-to-all = Show all of it
admin-analytics-again = Try again
admin-analytics-log-in = Log in again
admin-analytics-no-drawing = The drawing library could not be loaded. The numbers and tables are here; load the page again for the figures.

analytics-page-unreadable = The booking history cannot be read just now. Try again later; the server's log says what is wrong.
analytics-page-broken = The figures could not be worked out: the process that does so ended. Try again; if it happens again, choose a shorter range and look into the server's log.
analytics-page-too-long = The figures took too long to work out. Choose a shorter range.

error-too-many-questions = You have { $max } questions to Analytics open already. Close a page or wait for its figures, then try again.
error-analytics-busy = Too many people are asking Analytics at the moment. Try again in a minute.
error-date-malformed = { $found } is not a day. Write it like 2026-11-23.
error-from-after-to = This day is later than the last day of the range.
