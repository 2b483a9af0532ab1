# Графики о простое, о том, как бронируют, и о следующей неделе. Графики о загрузке — в analytics.ftl.

figure-blank = Рисовать нечего
figure-idle = Какими ВМ никто не пользуется
figure-idle-note = Не использовались { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
} и дольше: { $idle } из { $total } ВМ; ни разу не бронировались: { $never }.
figure-idle-none = { $days ->
    [one] За последний { $days } день
    [few] За последние { $days } дня
   *[many] За последние { $days } дней
} пользовались каждой ВМ; всего ВМ: { $total }.
figure-idle-never = никогда
figure-hoarding = Кто подолгу держит ВМ
figure-hoarding-note = { $users ->
    [one] { $users } человек держал
    [few] { $users } человека держали
   *[many] { $users } человек держали
} ВМ { $hours } ч и дольше или { $renewals ->
    [one] продлевали её { $renewals } раз
    [few] продлевали её { $renewals } раза
   *[many] продлевали её { $renewals } раз
} и чаще: это { $share } % всех часов. Держат сейчас: { $active }.
figure-hoarding-none = Никто не держал ВМ { $hours } ч и дольше и не продлевал её { $renewals ->
    [one] { $renewals } раз
    [few] { $renewals } раза
   *[many] { $renewals } раз
} и чаще.
figure-lengths = Сколько длятся брони
figure-lengths-note = { $bookings ->
    [one] { $bookings } бронь
    [few] { $bookings } брони
   *[many] { $bookings } броней
}: половина длилась не больше { $median } ч, каждая десятая — { $long } ч и дольше.
figure-leads = Сколько ВМ были свободны до брони
figure-leads-note = { $bookings ->
    [one] Из { $bookings } брони
   *[other] Из { $bookings } броней
} { $soon } % начались не позже чем через час после освобождения ВМ: чем больше эта доля, тем чаще люди ждут.
figure-leads-none = За это время ни одну ВМ не бронировали дважды.
figure-bin-hours = { $low }–{ $high } ч
figure-bin-hours-under = меньше { $high } ч
figure-bin-hours-over = { $low } ч и больше
figure-bin-days = { $low }–{ $high } дн.
figure-bin-days-under = меньше { $high ->
    [one] { $high } дня
   *[other] { $high } дней
}
figure-bin-days-over = { $low ->
    [one] { $low } день
    [few] { $low } дня
   *[many] { $low } дней
} и больше
figure-forecast = Следующие семь дней
figure-forecast-note = Метод: { $method }. Проверка на { $weeks ->
    [one] последней неделе, предсказанной
   *[other] последних неделях ({ $weeks }), каждая предсказана
} только по неделям до неё: ошибка в среднем { $error } ВМ, в худшую неделю { $worst }; у прогноза «как неделю назад» — { $naive }. В полосу попадают 80 % ошибок метода.
figure-forecast-was = занято ВМ
figure-forecast-told = что сказал бы прогноз
figure-forecast-coming = ожидается
figure-forecast-band = 80 % ошибок
figure-method-seasonal-naive = как неделю назад
figure-method-mean-4-weeks = среднее четырёх недель
figure-method-median-6-weeks = медиана шести недель
figure-method-smoothed = среднее восьми недель, новые важнее
figure-column-last-used = последний раз
figure-column-idle-days = дней простоя
figure-column-held-now = держат сейчас
figure-column-long = долгих
figure-column-renewed = часто продлённых
figure-column-longest-hours = самая долгая, ч
figure-column-length = длительность
figure-column-free-for = была свободна
figure-column-lasted = длились
figure-column-planned = планировались
figure-column-expected = ожидалось
figure-column-low = 80 %: от
figure-column-high = 80 %: до
figure-column-was = было

# Числа в начале отчёта и страницы «Аналитика», кроме тех, что в report.ftl

report-number-busy = занято в среднем
report-number-peak = { $n ->
    [one] ВМ занята на пике
    [few] ВМ заняты на пике
   *[many] ВМ занято на пике
}
report-number-enough = { $n ->
    [one] ВМ хватило бы на 99 % времени
   *[other] ВМ хватило бы на 99 % времени
}
