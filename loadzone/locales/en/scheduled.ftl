# Reports that the server makes by itself.

setting-report-every = Make a report on each period that is over: day, week, month, or a crontab line such as 0 6 * * mon, whose periods lie between its moments. Without it none is made.
setting-report-folder = The folder for these reports.
setting-report-tz = The time zone of the clock that these reports and their periods go by.
error-setting-not-every = { $place }: day, week, month or a crontab line such as “0 6 * * mon” is needed, not “{ $value }”.
error-setting-folder = { $place }: reports cannot be written to { $value }: { $detail }.
admin-health-report = Newest scheduled report
admin-health-report-none = none yet
admin-health-report-made = { $since } – { $until }, made { $at }
admin-health-report-failed = ✗ { $since } – { $until } failed at { $at }: { $problem }
