# Отчёты, которые сервер делает сам.

setting-report-every = Делать отчёт за каждый закончившийся период: day (сутки), week (неделя), month (месяц) или строка crontab, например 0 6 * * mon, — тогда период длится от одного её момента до следующего. Без этого отчёты не делаются.
setting-report-folder = Папка для этих отчётов.
setting-report-tz = Часовой пояс, по которому идут эти отчёты и их периоды.
error-setting-not-every = { $place }: нужно day, week, month или строка crontab, например «0 6 * * mon», а не «{ $value }».
error-setting-folder = { $place }: в { $value } нельзя записывать отчёты: { $detail }.
admin-health-report = Последний отчёт по расписанию
admin-health-report-none = пока нет
admin-health-report-made = { $since } – { $until }, готов { $at }
admin-health-report-failed = ✗ { $since } – { $until } не удался ({ $at }): { $problem }
