# Watching

watch-missed = Связи не было так долго, что часть уведомлений потеряна. zone.vms() покажет, как обстоят дела сейчас.

error-file-watches-nothing = { $path } — это файл: о событиях рассказывает только сервер. Подключитесь к нему по URL.

# Figures

figure-utilisation = Загрузка по времени
figure-utilisation-note = В среднем занято { $mean } % парка; больше всего — { $peak } % — за отрезок, начавшийся { $at } ({ $tz }).
figure-heatmap = Неделя: занятые ВМ по дням и часам
figure-heatmap-note = Самый загруженный час недели — { $day }, { $hour }: в среднем занято ВМ: { $busy }.
figure-timeline = Парк: кто, когда и какую ВМ бронировал
figure-timeline-note = Показано: { $bookings ->
    [one] { $bookings } бронь
    [few] { $bookings } брони
   *[many] { $bookings } броней
} на { $vms ->
    [one] { $vms } ВМ.
   *[many] { $vms } ВМ.
}
figure-timeline-cut = Всего в выборке { $bookings ->
    [one] { $bookings } бронь
    [few] { $bookings } брони
   *[many] { $bookings } броней
} на { $vms } ВМ; показаны ВМ с наибольшим числом часов и самые новые брони.
figure-top-user = Кто пользовался больше всех
figure-top-group = Какие группы использовались больше всего
figure-top-vm-id = Какие ВМ использовались больше всего
figure-top-other = Что использовалось больше всего
figure-top-note = Больше всего часов: { $name }, { $share } % от общего числа. В таблице — все, строк: { $count }.
figure-demand = Спрос и размер парка
figure-demand-note = На пике одновременно { $peak ->
    [one] была занята { $peak } ВМ
    [few] были заняты { $peak } ВМ
   *[other] было занято { $peak } ВМ
} из { $vms }. В течение 99 % времени хватило бы { $enough } ВМ.
figure-capacity = в парке: { $vms }
figure-enough = хватило бы на 99 % времени: { $vms }
figure-busy-vms = занято ВМ
figure-hour-of = час ({ $tz })
figure-nothing = За это время броней нет.
figure-as-table = Таблицей
figure-rows-left-out = { $count ->
    [one] Не показана ещё { $count } строка.
    [few] Не показаны ещё { $count } строки.
   *[many] Не показаны ещё { $count } строк.
}
figure-day-0 = Пн
figure-day-1 = Вт
figure-day-2 = Ср
figure-day-3 = Чт
figure-day-4 = Пт
figure-day-5 = Сб
figure-day-6 = Вс
figure-outcome-active = идёт сейчас
figure-outcome-expired = закончилась в срок
figure-outcome-cancelled = освобождена раньше
figure-outcome-forced = завершена администратором
figure-outcome-vm-deleted = ВМ удалена
figure-column-at = с
figure-column-share = занято
figure-column-share-percent = занято, %
figure-column-part = доля
figure-column-part-percent = доля, %
figure-column-hours = часы
figure-column-enough-percent = столько ВМ хватает, % времени
figure-column-day = день
figure-column-vm = ВМ
figure-column-user = пользователь
figure-column-group = группа
figure-column-start = начало
figure-column-end = конец
figure-column-outcome = чем закончилась
figure-column-bookings = броней
figure-column-mean-hours = часов на бронь
figure-column-renewals = продлений
figure-column-early-releases = освобождений раньше срока

# The report

cli-report = Составить отчёт об использовании парка: один самостоятельный файл HTML.
cli-report-more = Читает файл данных (сервер может работать), а с --url (или LOADZONE_URL) — работающий сервер.
cli-report-since = С какого времени, по часам --tz [с первой брони].
cli-report-until = По какое время [сейчас].
cli-report-group = Только эта группа: название или номер.
cli-report-user = Только этот пользователь.
cli-report-tz = По часам какого пояса показывать время [UTC].
cli-report-out = Куда; по умолчанию — стандартный вывод.
cli-report-done = Отчёт записан в { $path }.
cli-wrong-zone = Нет часового пояса { $zone }; нужен, например, Europe/Moscow.
error-folder-not-found = Нет каталога { $path }.

report-loading = Запускаюсь…
report-reading = Читаю историю…
report-drawing = Рисую графики…
report-title = Как использовались виртуальные машины
report-range = Период
report-group = Группа
report-user = Пользователь
report-left-out = Не учтено
report-made = Составлен
report-no-group = (без группы)
report-as-table = Таблицей
report-number-vms = { $n ->
    [one] ВМ
   *[other] ВМ
}
report-number-bookings = { $n ->
    [one] бронь
    [few] брони
   *[many] броней
}
report-number-users = { $n ->
    [one] пользователь
    [few] пользователя
   *[many] пользователей
}
report-number-hours = { $n ->
    [one] час занят
    [few] часа занято
   *[many] часов занято
}
report-number-early = { $n ->
    [one] бронь снята раньше срока
    [few] брони сняты раньше срока
   *[many] броней снято раньше срока
}
