# Что аналитика говорит о своих аргументах: предложения, которые могут следовать за «аргумент: ».

error-not-a-frame = Здесь нужна таблица DataFrame, а передан объект типа { $found }.
error-columns-missing = В таблице не хватает столбцов: { $missing }. В ней есть: { $found }.
error-history-not-bookings = Это история. Сначала получите из неё бронирования: analytics.bookings(history).
error-unknown-column = Столбца { $column } нет. Есть: { $columns }.
error-not-to-group-by = В столбце { $column } — значения типа { $found }, по ним нельзя группировать.
error-unknown-freq = { $found } — не длина интервала. Годятся, например: { $examples }.
error-freq-too-fine = Интервалов получилось бы больше { $max }. Возьмите интервалы длиннее или период короче.
error-too-many-cells = Получилось бы { $buckets } интервалов на каждое из { $values } значений { $column }, а чисел помещается не больше { $max }. Возьмите интервалы длиннее, период короче или другой столбец.
error-range-too-long = Слишком длинный период: не больше { $years } лет.
error-moment-unsupported = Поддерживается время с { $first } по { $last } год.
bookings-left-out = { $count ->
    [one] { $count } запись с невозможным для брони временем не учтена. `loadzone check` назовёт её.
    [few] { $count } записи с невозможным для брони временем не учтены. `loadzone check` назовёт их.
   *[other] { $count } записей с невозможным для брони временем не учтены. `loadzone check` назовёт их.
}
error-unknown-zone = Часового пояса { $zone } нет. Названия пишутся как Europe/Berlin или UTC.
error-not-above-zero = Здесь нужно число больше 0, а передано { $found }.
error-not-a-count = Здесь нужно целое число больше 0, а передано { $found }.
error-not-a-share = Здесь нужно число больше 0 и не больше 1, а передано { $found }.
error-not-ascending = Здесь нужны два числа или больше, каждое больше предыдущего.
error-history-too-short = { $needed ->
    [one] Для прогноза нужна { $needed } полная неделя бронирований, а в истории их { $found }.
    [few] Для прогноза нужны { $needed } полные недели бронирований, а в истории их { $found }.
   *[other] Для прогноза нужно { $needed } полных недель бронирований, а в истории их { $found }.
}
