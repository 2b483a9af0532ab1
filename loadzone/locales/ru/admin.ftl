# The pages beside the dashboard: one's own account, people, tokens, history, import, settings, health. Scripts use the
# texts too: there a name like $days is replaced by the script, and a number $n chooses between -one, -few, -many, -other.

admin-account = Мой профиль
admin-people = Люди
admin-tokens = Токены API
admin-history = История броней
admin-import = Импорт ВМ
admin-settings = Настройки
admin-health = Состояние сервера
admin-forbidden = Только для администраторов
admin-forbidden-note = Эту страницу открывают только администраторы. Если она вам нужна, обратитесь к одному из них.
admin-settings-note = Эти настройки действуют сейчас. Изменить их можно при следующем запуске: флагом, переменной окружения или в loadzone.toml.
admin-back = К списку ВМ
admin-navigation = Страницы
admin-default = по умолчанию
admin-good = в порядке
admin-login-over = Сеанс закончился. Войдите снова; введённое здесь останется.

# Columns

admin-column-setting = Настройка
admin-column-value = Значение
admin-column-origin = Чем задана
admin-column-meaning = Что значит
admin-column-what = Что
admin-column-email = Почта
admin-column-role = Роль
admin-column-state = Состояние
admin-column-since = Создано
admin-column-actions = Действия
admin-column-owner = Владелец
admin-column-name = Название
admin-column-scope = Доступ
admin-column-expires = Действует до
admin-column-used = Последнее обращение
admin-column-at = Когда
admin-column-vm = ВМ
admin-column-who = Кто
admin-column-end = До
admin-did-by = $what — $by
admin-column-line = Строка
admin-column-problem = Проверка

# Health

admin-health-store = Хранилище
admin-health-store-bad = ✗ запись невозможна
admin-health-scheduler = Планировщик
admin-health-scheduler-bad = ✗ опаздывает
admin-health-lateness = Брони завершаются позже срока, в среднем на
admin-health-sync = Одна синхронизация журнала, в среднем
admin-health-lag = Задержка цикла событий
admin-kibibytes = { $n } КиБ
admin-mebibytes = { $n } МиБ
admin-milliseconds = { $n } мс
admin-health-pages = Открытых страниц
admin-health-clients = Клиентов живой ленты
admin-health-seq = Номер последнего изменения
admin-health-started = Запущен
admin-health-now = Сейчас
admin-health-clock = Часы машины
admin-health-clock-doubted = ✗ переведены больше чем на сутки; им не верят, пока они не прошли десять минут без сбоев
admin-figure-journal-bytes = Журнал
admin-figure-data-bytes = Файл данных
admin-figure-history-records = Записей в истории

# People

admin-people-open = В открытом режиме учётных записей нет: любого впускают по одной почте, как администратора. Чтобы вести список людей, запустите сервер с --auth password.
admin-add-person = Добавить человека
admin-add = Добавить
admin-invite = Пригласить
admin-make-link = Создать ссылку
admin-invite-hint = Необязательно: тогда ссылка подойдёт только этому человеку
admin-invite-link = Приглашение
admin-invite-about = Отправьте эту ссылку. Она действует неделю, срабатывает один раз и больше не будет показана.
admin-password = Пароль
admin-password-hint = Необязательно: без пароля человеку доступны только токены API
admin-new-password = Новый пароль
admin-person-active = активен
admin-person-disabled = заблокирован
admin-person-waits = ждёт одобрения
admin-approve = Одобрить
admin-approve-about = Сначала спросите этого человека: LoadZone не знает, кто ввёл адрес. После одобрения он сможет войти с паролем, который выбрал.
admin-refuse = Отклонить
admin-refuse-about = Учётная запись будет удалена. С этим адресом можно будет зарегистрироваться снова.
admin-person-no-password = активен, без пароля
admin-person-added = $email теперь может войти.
admin-person-added-no-password = $email в списке, но пароля пока нет: выберите в строке «Новый пароль» и передайте его. До тех пор работают только токены API.
admin-person-added-next = $email в списке, но войти пока не может. Передайте этот пароль, он придуман случайно и больше не будет показан. Без пароля доступны только токены API; задать его можно и позже, кнопкой «Новый пароль» в строке.
admin-person-changed = Учётная запись $email изменена.
admin-make-admin = Сделать администратором
admin-make-user = Сделать пользователем
admin-make-admin-about = Администратор меняет ВМ, группы и людей и может завершить любую бронь.
admin-make-user-about = Пользователь видит все ВМ и бронирует, продлевает и освобождает их для себя.
admin-reset = Новый пароль
admin-reset-title = Новый пароль для $email
admin-reset-about = Этот пароль придуман случайно, можно задать другой. Передайте его человеку: он больше не будет показан, а все его входы завершатся.
admin-reset-done = Пароль для $email изменён.
admin-disable = Заблокировать
admin-disable-about = Все входы сразу завершатся, токены перестанут работать. Брони останутся.
admin-enable = Разблокировать
admin-enable-about = Человек снова сможет войти, токены снова заработают.
admin-last = Это единственный администратор, который может войти. Сначала назначьте другого.

# Пароль

admin-own-password-about = Все остальные ваши сеансы завершатся: тот, кто знал старый пароль, больше не войдёт. Токены API продолжат работать; ненужные отзовите.
admin-change-password = Сменить пароль
admin-current-password = Текущий пароль
admin-password-again = Новый пароль ещё раз
admin-passwords-differ = Пароли не совпадают.
admin-own-password-done = Пароль изменён, другие ваши сеансы завершены.

# Tokens

admin-own-tokens = Мои токены API
admin-tokens-about = Токен даёт программе или блокноту доступ от вашего имени: Authorization: Bearer lz_…
admin-add-token = Новый токен
admin-make-token = Создать токен
admin-token-name-hint = Для чего он: блокнот, ночные тесты
admin-days = Срок действия, дней
admin-days-hint = От 1 до 3660
admin-scope-read = чтение
admin-scope-write = чтение и изменения
admin-token-made = Новый токен создан
admin-token-once = Скопируйте его сейчас: больше он не будет показан.
admin-no-tokens = Токенов пока нет. Создайте токен, чтобы впустить программу или блокнот.
admin-never = бессрочно
admin-not-yet = ещё не было
admin-revoke = Отозвать
admin-revoke-title = Отозвать токен «$name»?
admin-revoke-about = Программы, которые им пользуются, больше не смогут войти.
admin-revoked = Токен «$name» отозван.
admin-secret = Для копирования
admin-copy = Скопировать
admin-copied = Скопировано.
admin-copy-by-hand = Выделено: нажмите Ctrl+C.

# History

admin-own-history = Моя история
admin-own-history-about-one = Ваши брони за последний $n день, сначала новые.
admin-own-history-about-few = Ваши брони за последние $n дня, сначала новые.
admin-own-history-about-many = Ваши брони за последние $n дней, сначала новые.
admin-own-history-about-other = Ваши брони за последние $n дня, сначала новые.
admin-history-about = Кто что бронировал, продлевал и освобождал, сначала новые. Время — в вашем часовом поясе.
admin-no-history = Записей нет. Выберите другие дни или снимите отбор.
admin-csv = Скачать CSV
admin-filter = Показать
admin-filter-user = Почта
admin-filter-vm = ВМ
admin-filter-since = С какого дня
admin-filter-until = По какой день
admin-next = Дальше
admin-previous = Назад
admin-did-book = бронь
admin-did-renew = продление
admin-did-cancelled = освобождение
admin-did-expired = время вышло
admin-did-forced = освобождено администратором
admin-did-vm_deleted = ВМ удалена

# Import

admin-import-about = Файл CSV, в первой строке имена столбцов: $columns. Метки разделяются точкой с запятой или запятой, группа — имя или номер. Добавляются все ВМ или ни одной.
admin-import-file = Файл
admin-import-text = Или сам текст
admin-import-hint = Не больше 8 МиБ
admin-import-empty = Есть строка с именами столбцов, но нет ни одной ВМ.
admin-import-add = Добавить все
admin-import-preview = Предпросмотр
admin-import-id-column = Имя
admin-import-group-column = Группа
admin-import-internal-ip-column = Внутренний адрес
admin-import-external-ip-column = Внешний адрес
admin-import-tags-column = Метки
admin-import-note-column = Заметка
admin-import-wrong-one = Ошибка в $n строке. Пока ничего добавить нельзя.
admin-import-wrong-few = Ошибки в $n строках. Пока ничего добавить нельзя.
admin-import-wrong-many = Ошибки в $n строках. Пока ничего добавить нельзя.
admin-import-wrong-other = Ошибки в $n строках. Пока ничего добавить нельзя.
admin-import-ready-one = Готова к добавлению $n ВМ.
admin-import-ready-few = Готовы к добавлению $n ВМ.
admin-import-ready-many = Готово к добавлению $n ВМ.
admin-import-ready-other = Готово к добавлению $n ВМ.
admin-import-more-one = И ещё $n строка.
admin-import-more-few = И ещё $n строки.
admin-import-more-many = И ещё $n строк.
admin-import-more-other = И ещё $n строки.
admin-imported-one = Добавлена $n ВМ.
admin-imported-few = Добавлены $n ВМ.
admin-imported-many = Добавлено $n ВМ.
admin-imported-other = Добавлено $n ВМ.
admin-import-see = Показать их
admin-import-create-one = Создать группу, которой ещё нет: $groups
admin-import-create-few = Создать $n группы, которых ещё нет: $groups
admin-import-create-many = Создать $n групп, которых ещё нет: $groups
admin-import-create-other = Создать $n группы, которых ещё нет: $groups
admin-import-example =
    id,group,internal_ip,tags,note
    server-41,GPU,10.20.0.41,linux;a100,
    server-42,GPU,10.20.0.42,linux;a100,"Запасная, сначала спросите"
