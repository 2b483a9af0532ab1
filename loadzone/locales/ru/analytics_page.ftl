# Страница «Аналитика». Места вроде $done заполняют скрипты.

dashboard-analytics = Аналитика
admin-analytics = Аналитика
admin-analytics-about = Как используется парк, по истории броней. Время — в вашем часовом поясе ($zone). Всё выбранное хранится в адресе, им можно поделиться.
admin-analytics-ranges = Период
admin-analytics-7d = 7 дней
admin-analytics-30d = 30 дней
admin-analytics-90d = 90 дней
admin-analytics-year = Этот год
admin-analytics-all = Всё время
admin-analytics-since = С какого дня
admin-analytics-until = По какой день
admin-analytics-group = Группа
admin-analytics-all-groups = Все группы
admin-analytics-user = Пользователь
admin-analytics-show = Показать
admin-analytics-reading = Читаю историю…
admin-analytics-drawing = Рисую: график $done из $total
admin-analytics-progress = Ход работы
admin-analytics-numbers = В числах
admin-analytics-as-table = Таблицей
admin-analytics-table-of = Таблица: $title
admin-analytics-empty = Броней здесь нет. Возьмите период длиннее или уберите группу или пользователя.
admin-analytics-never = Пока никто ничего не бронировал. Как только кто-нибудь забронирует ВМ, здесь будет видно, как используется парк.
admin-analytics-to-all = Показать всё
admin-analytics-again = Повторить
admin-analytics-log-in = Войти снова
admin-analytics-no-drawing = Не удалось загрузить библиотеку графиков. Числа и таблицы на месте; чтобы увидеть графики, обновите страницу.

analytics-page-unreadable = Историю броней сейчас не удаётся прочитать. Повторите позже; причина записана в журнале сервера.
analytics-page-broken = Не удалось построить графики: процесс, который их считает, завершился. Повторите; если не поможет, возьмите период короче и посмотрите журнал сервера.
analytics-page-too-long = Построение графиков заняло слишком много времени. Возьмите период короче.

error-too-many-questions = У вас уже открыто запросов к аналитике: { $max }. Закройте одну из страниц или дождитесь её графиков и повторите.
error-analytics-busy = Сейчас слишком много запросов к аналитике. Повторите через минуту.
error-date-malformed = { $found } — это не дата. Пишите, например, 2026-11-23.
error-from-after-to = Этот день позже последнего дня периода.
