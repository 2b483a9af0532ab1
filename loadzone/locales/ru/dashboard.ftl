# The dashboard. Scripts in the page use the texts too: there a name like $free is replaced by the script, and a
# number $n chooses between the endings -one, -few, -many and -other of a key. The same keys stand in every language.

dashboard-loading = Загрузка…

# Top bar

dashboard-side-panel = Показать или скрыть боковую панель
dashboard-theme-system = Тема: как в системе
dashboard-theme-light = Тема: светлая
dashboard-theme-dark = Тема: тёмная
dashboard-language = Язык
dashboard-user-menu = Меню пользователя $email
dashboard-role-user = Пользователь
dashboard-role-admin = Администратор
dashboard-log-in = Войти
dashboard-log-out = Выйти
dashboard-open-mode = Открытый режим
dashboard-open-mode-long = Здесь каждый — администратор: вход по одной почте, без пароля
dashboard-offline = Связь потеряна, пробуем снова…
dashboard-online = Связь восстановлена
dashboard-offline-short = Нет связи
dashboard-more = Ещё
dashboard-notifications = Уведомления
dashboard-toasts = Сообщения
dashboard-no-notifications = Пока ничего нового. Здесь будет видно, что другие бронируют, продлевают и освобождают.
dashboard-bell-one = Уведомления: $n непрочитанное
dashboard-bell-few = Уведомления: $n непрочитанных
dashboard-bell-many = Уведомления: $n непрочитанных
dashboard-bell-other = Уведомления: $n непрочитанных

# Side panel

dashboard-views = Разделы
dashboard-view-all = Все ВМ
dashboard-view-free = Свободные
dashboard-view-mine = Мои брони
dashboard-groups = Группы
dashboard-no-groups = Групп пока нет
dashboard-no-such-group = Такой группы нет
dashboard-count-ratio = $free / $total
dashboard-count-spoken = свободно $free из $total
dashboard-view-expiring = Скоро освободятся
dashboard-ungrouped = Без группы

# Table

dashboard-table = Виртуальные машины
dashboard-search = Поиск ВМ
dashboard-search-hint = Имя, группа, чья бронь, адрес, метка
dashboard-shown = Показано: $shown. Свободно: $free
dashboard-column-state = Состояние
dashboard-column-vm = ВМ
dashboard-column-group = Группа
dashboard-column-holder = Чья бронь
dashboard-column-until = До
dashboard-column-address = Адрес
dashboard-column-actions = Действия
dashboard-state-free = Свободна
dashboard-state-taken = Занята
dashboard-state-mine = Ваша
dashboard-empty-fleet = ВМ пока нет. Их добавляет администратор.
dashboard-empty-fleet-admin = ВМ пока нет. Добавьте первую или загрузите весь список из файла CSV.
dashboard-empty-all = Здесь нет ни одной ВМ.
dashboard-empty-free = Сейчас нет свободных ВМ. В разделе «Все ВМ» видно, какая освободится первой.
dashboard-empty-mine = У вас нет броней. Забронируйте свободную ВМ.
dashboard-empty-group = В этой группе нет ВМ.
dashboard-empty-ungrouped = Все ВМ распределены по группам.
dashboard-empty-no-such-group = Такой группы нет: её удалили, или адрес неверен.
dashboard-empty-search = Ничего не найдено.
dashboard-empty-search-in = $place: по запросу «$search» ничего не найдено.
dashboard-layouts = Вид
dashboard-layout-table = Таблица
dashboard-layout-cards = Карточки
dashboard-layout-timeline = Таймлайн
dashboard-layout-groups = Группы
dashboard-columns = Столбцы
dashboard-columns-usual = Сбросить столбцы
dashboard-by-group = По группам
dashboard-column-since = С какого времени
dashboard-column-tags = Метки
dashboard-column-note = Заметка
dashboard-column-purpose = Для чего
dashboard-column-from = С
dashboard-column-outcome = Итог
dashboard-choose-vm = Выбрать $vm
dashboard-choose-all = Выбрать все показанные
dashboard-copy = Скопировать
dashboard-copy-address = Скопировать адрес $address
dashboard-copied = Скопировано: $address
dashboard-not-copied = Браузер не дал скопировать адрес: $address
dashboard-empty-expiring = В ближайший час ни одна бронь не заканчивается.
dashboard-clear-search = Сбросить поиск
dashboard-search-all = Искать среди всех ВМ
dashboard-add-first-vm = Добавить первую ВМ

# Times

dashboard-today-at = $time
dashboard-tomorrow-at = завтра, $time
dashboard-day-at = $day, $time
dashboard-left-over = завершается
dashboard-left-seconds = $m мин $s с
dashboard-left-minutes = $m мин
dashboard-left-hours = $h ч $m мин
dashboard-left-days = $d д $h ч
dashboard-when-soon = через $left ($time)
dashboard-when-today = в $time
dashboard-when-tomorrow = завтра в $time
dashboard-when-day = $day в $time
dashboard-until-soon = $time (осталось $left)
dashboard-your-time = (по вашему времени: $time)

# Notifications about one's own bookings. $time is a moment; of one that expires, when it ends: "in 9 min (00:06)".

dashboard-own-booked = Вы забронировали ВМ $vm до $time
dashboard-own-renewed = Вы продлили бронь ВМ $vm до $time
dashboard-own-released = Вы освободили ВМ $vm
dashboard-own-expired = Ваша бронь ВМ $vm закончилась, машина свободна
dashboard-own-expiring = Ваша бронь ВМ $vm закончится $time

# Timeline. $start and $end are moments.

dashboard-timeline-label = Брони ВМ по времени. Стрелки сдвигают время, плюс и минус меняют масштаб.
dashboard-timeline-table = Брони
dashboard-as-table = Таблицей
dashboard-today = Сегодня
dashboard-day-short = $day $weekday
dashboard-legend-mine = Ваши
dashboard-legend-taken = Других людей
dashboard-legend-over = Прошедшие
dashboard-week = Неделя
dashboard-time-back = Раньше
dashboard-time-on = Позже
dashboard-time-in = Крупнее
dashboard-time-out = Мельче
dashboard-bar-told = $user: с $start до $end
dashboard-how-active = идёт сейчас
dashboard-how-expired = закончилась в срок
dashboard-how-cancelled = освобождена раньше
dashboard-how-forced = завершил администратор
dashboard-how-vm-deleted = ВМ удалена
dashboard-history-reading = Читаем историю…
dashboard-history-failed = Историю не удалось прочитать. Скоро попробуем снова.
dashboard-history-full = Более ранняя история слишком длинная, чтобы её здесь показать.
dashboard-no-bookings = За это время броней нет. Увеличьте период или выберите другой.
dashboard-earlier-than-shown = раньше
dashboard-show-more = Показать ещё

# Groups

dashboard-groups-name = Группа
dashboard-groups-total = ВМ
dashboard-groups-free = Свободно
dashboard-groups-busy = Занято сегодня
dashboard-groups-next = Ближайшая свободная
dashboard-groups-free-now = свободна сейчас
dashboard-groups-all-free = Все свободны
dashboard-new-group = Новая группа
dashboard-members = Добавить ВМ
dashboard-members-of = Добавить ВМ в группу «$name»
dashboard-rename = Переименовать
dashboard-rename-of = Переименовать группу «$name»
dashboard-delete-group = Удалить
dashboard-delete-group-of = Удалить группу «$name»
dashboard-no-groups-admin = Групп пока нет. Создайте первую: группа собирает ВМ для одной задачи.
dashboard-groups-shown-one = $n группа
dashboard-groups-shown-few = $n группы
dashboard-groups-shown-many = $n групп
dashboard-groups-shown-other = $n группы

# Details of a VM

dashboard-until-moment = До
dashboard-this-week = Неделя
dashboard-history = Кто её бронировал
dashboard-show-earlier = Показать раньше
dashboard-no-bookings-lately = За последние две недели её никто не бронировал.
dashboard-no-bookings-ever = Её ещё никто не бронировал.
dashboard-no-such-vm = ВМ с таким именем нет: её удалили, или адрес неверен.
dashboard-edit = Изменить
dashboard-delete-vm = Удалить
dashboard-remove-from-group = Убрать из группы

# Dialogs

dashboard-book = Забронировать
dashboard-renew = Продлить
dashboard-release = Освободить
dashboard-book-title = Забронировать $vm
dashboard-renew-title = Продлить бронь $vm
dashboard-release-title = Освободить $vm
dashboard-book-confirm = Забронировать
dashboard-renew-confirm = Продлить
dashboard-release-confirm = Освободить
dashboard-cancel = Отмена
dashboard-close = Закрыть
dashboard-book-length = На сколько
dashboard-renew-length = На сколько продлить
dashboard-hours-preset-one = $n час
dashboard-hours-preset-few = $n часа
dashboard-hours-preset-many = $n часов
dashboard-hours-preset-other = $n часа
dashboard-hours-own = Часы
dashboard-hours-hint = Можно дробное число: 0,5 — это полчаса. Не больше $max.
dashboard-purpose = Для чего
dashboard-purpose-hint = Необязательно, видно всем
dashboard-dialog-free = Сейчас свободна.
dashboard-dialog-held = Занята: $user, до $until.
dashboard-dialog-yours = Ваша до $until.
dashboard-dialog-gone = Этой ВМ больше нет.
dashboard-meanwhile-free = Бронь $vm уже закончилась.
dashboard-meanwhile-mine = $vm уже ваша, до $until.
dashboard-meanwhile-taken = $vm уже занята: $user, до $until.
dashboard-meanwhile-gone = $vm уже удалена.
dashboard-instead-free-one = В её группе свободна ещё $n ВМ:
dashboard-instead-free-few = В её группе свободны ещё $n ВМ:
dashboard-instead-free-many = В её группе свободно ещё $n ВМ:
dashboard-instead-free-other = В её группе свободно ещё $n ВМ:
dashboard-instead-next = Других свободных ВМ в её группе нет. Ближайшая — $vm: её бронь закончится $when.
dashboard-instead-none = Других ВМ, которые свободны или освободятся раньше, в её группе нет.
dashboard-book-result = Будет вашей до: $end
dashboard-renew-result = Новый срок: $end (был: $old)
dashboard-release-other = $user получит сообщение, что бронь завершена.
dashboard-no-answer = Сервер не отвечает. Повторить попытку можно: дважды ничего не выполнится.
dashboard-person-changed = Теперь вы вошли как $email.
dashboard-reload = Загрузить страницу заново
dashboard-asking-again = Нет связи, повторяем попытку…
dashboard-and-more-one = И ещё $n сообщение.
dashboard-and-more-few = И ещё $n сообщения.
dashboard-and-more-many = И ещё $n сообщений.
dashboard-and-more-other = И ещё $n сообщения.

# Errors of the page itself

dashboard-required = { error-required }
dashboard-not-hours = { error-hours-not-a-number }
error-hours-not-a-number = Введите число часов.
dashboard-status-400 = Запрос не удалось понять.
dashboard-status-403 = Это не разрешено, или вход уже завершён.
dashboard-status-404 = По этому адресу ничего нет.
dashboard-status-405 = По этому адресу такой метод не поддерживается.
dashboard-status-410 = Эта страница устарела: загрузите её снова.
dashboard-status-500 = В LoadZone что-то пошло не так.
