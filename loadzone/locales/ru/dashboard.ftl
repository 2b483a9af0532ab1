# The dashboard. Scripts in the page use the texts too: there a name like $free is replaced by the script, and a
# number $n chooses between the endings -one, -few, -many and -other of a key. The same keys stand in every language.

dashboard-loading = Загрузка…

# Top bar

dashboard-side-panel = Показать или скрыть боковую панель
dashboard-theme = Светлая или тёмная тема
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

# Table

dashboard-table = Виртуальные машины
dashboard-search = Поиск ВМ
dashboard-search-hint = Имя, группа, кто занял, адрес, метка
dashboard-shown = Показано: $shown. Свободно: $free из $total
dashboard-column-state = Состояние
dashboard-column-vm = ВМ
dashboard-column-group = Группа
dashboard-column-holder = Кто занял
dashboard-column-until = До
dashboard-column-address = Адрес
dashboard-column-actions = Действия
dashboard-state-free = Свободна
dashboard-state-taken = Занята
dashboard-state-mine = Ваша
dashboard-empty-fleet = ВМ пока нет. Их добавляет администратор.
dashboard-empty-fleet-admin = ВМ пока нет. Добавьте первую запросом POST /add-vm или загрузите список: loadzone import vms.csv
dashboard-empty-all = Здесь нет ни одной ВМ.
dashboard-empty-free = Сейчас нет свободных ВМ. В разделе «Все ВМ» видно, какая освободится первой.
dashboard-empty-mine = У вас нет занятых ВМ. Забронируйте свободную.
dashboard-empty-group = В этой группе нет ВМ.
dashboard-empty-search = Ничего не найдено.

# Times

dashboard-today-at = $time
dashboard-tomorrow-at = завтра, $time
dashboard-day-at = $day, $time
dashboard-left-over = завершается
dashboard-left-seconds = $m мин $s с
dashboard-left-minutes = $m мин
dashboard-left-hours = $h ч $m мин
dashboard-left-days = $d д $h ч
dashboard-your-time = (по вашему времени: $time)

# Dialogs

dashboard-book = Занять
dashboard-renew = Продлить
dashboard-release = Освободить
dashboard-book-title = Занять $vm
dashboard-renew-title = Продлить бронь $vm
dashboard-release-title = Освободить $vm
dashboard-book-confirm = Занять
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
dashboard-hours-own = Часов
dashboard-hours-hint = Можно дробное число: 0,5 — это полчаса. Не больше $max.
dashboard-purpose = Для чего
dashboard-purpose-hint = Необязательно, видно всем
dashboard-dialog-free = Сейчас свободна.
dashboard-dialog-held = Занята: $user, до $until.
dashboard-dialog-yours = Ваша до $until.
dashboard-dialog-gone = Этой ВМ больше нет.
dashboard-book-result = Будет вашей до: $end
dashboard-renew-result = Новый срок: $end (был: $old)
dashboard-release-other = $user получит сообщение, что бронь завершена.
dashboard-no-answer = Сервер не отвечает. Прежде чем повторить, посмотрите в таблицу: возможно, всё уже сделано.
dashboard-and-more-one = И ещё $n сообщение.
dashboard-and-more-few = И ещё $n сообщения.
dashboard-and-more-many = И ещё $n сообщений.
dashboard-and-more-other = И ещё $n сообщения.

# Errors of the page itself

error-hours-not-a-number = Это не число часов.
dashboard-status-400 = Запрос не удалось понять.
dashboard-status-403 = Это не разрешено, или вход уже завершён.
dashboard-status-404 = По этому адресу ничего нет.
dashboard-status-405 = По этому адресу такой метод не поддерживается.
dashboard-status-410 = Эта страница устарела: загрузите её снова.
dashboard-status-500 = В LoadZone что-то пошло не так.
