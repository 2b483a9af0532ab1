# The command line, the settings, and what the client and its files may refuse.

# Commands

cli-program = LoadZone: общие виртуальные машины для команды.
cli-program-more = Подробнее о команде: loadzone COMMAND --help. Коды завершения: 0 — всё хорошо, 1 — отказ, 2 — неверный вызов.
cli-serve = Запустить сервер: страница, API и живая лента на одном порту.
cli-serve-more = Ключи важнее переменных окружения, а те важнее файла loadzone.toml в рабочем каталоге.
cli-settings = Показать все настройки: переменные, значения по умолчанию, смысл.
cli-check = Проверить файл данных и его журнал, ничего не меняя.
cli-check-more = С ключом --repair всё, что можно исправить, записывается в новый файл; старый остаётся как есть.
cli-user = Люди, которые могут войти.
cli-user-add = Открыть человеку вход.
cli-user-list = Показать всех, кто может войти.
cli-user-password = Задать человеку новый пароль; его сеансы завершатся.
cli-user-disable = Сразу закрыть человеку вход.
cli-user-enable = Снова открыть человеку вход.
cli-user-approve = Одобрить учётную запись того, кто зарегистрировался.
cli-user-refuse = Отклонить учётную запись того, кто зарегистрировался; запись удаляется.
cli-token = Токены API для скриптов и блокнотов.
cli-token-create = Создать токен API и показать его один раз.
cli-token-list = Показать токены без их секретов.
cli-token-revoke = Сразу отозвать токен.
cli-export = Выгрузить данные для других программ.
cli-export-history = Выгрузить историю бронирований из файла данных или с сервера, от старых записей к новым.
cli-export-history-more = Читает файл данных (сервер может работать) или, с --url (либо LOADZONE_URL), сервер. Столбцы: user, vm_id, start, end, action, reason, by.
cli-import = Добавить ВМ из файла CSV: все или ни одной.
cli-import-more = Столбцы: id и по желанию group (название или номер), internal_ip, external_ip, tags (через точку с запятой или запятую), note. С --url (или LOADZONE_URL) ВМ попадут на работающий сервер, с --data — в файл, с которым сервер не работает.
cli-backup = Скопировать файл данных вместе с журналом, не останавливая сервер.
cli-demo = Придумать парк ВМ с правдоподобной историей.
cli-demo-more = Одно и то же число --seed в течение часа (или с тем же --now) даёт один и тот же файл.
cli-list = Показать ВМ работающего сервера: чья бронь и до какого времени.
cli-book = Забронировать свободную ВМ.
cli-renew = Продлить свою бронь.
cli-release = Освободить ВМ.

# Options

cli-option-help = Показать эту справку.
cli-option-lang = Язык сообщений: ru, en или auto — как в системе.
cli-option-version = Показать версию.
cli-option-url = Адрес сервера [LOADZONE_URL; http://127.0.0.1:5000].
cli-option-token = Токен API [LOADZONE_TOKEN].
cli-option-email = Войти по этому адресу почты, если сервер работает в открытом режиме.
cli-check-repair = Записать всё, что можно исправить, в новый файл и рассказать, что сделано.
cli-check-out = Куда; по умолчанию FILE.repaired.json рядом с файлом данных.
cli-user-role = user (бронирует) или admin (ещё и ведёт парк) [user].
cli-user-password-stdin = Прочитать пароль из первой строки стандартного ввода.
cli-user-no-password = Без пароля: человеку доступны только токены API.
cli-user-password-prompt = Пароль
cli-user-password-again = Ещё раз
cli-token-name = Для чего токен, чтобы потом его узнать.
cli-token-scope = read (только смотреть) или write [write].
cli-token-auth = Как сервер впускает людей: password или open. В открытом режиме учётная запись не нужна [LOADZONE_AUTH; password].
cli-token-days = Сколько дней действует [90].
cli-export-format = csv, json или parquet [csv].
cli-export-out = Куда; по умолчанию — стандартный вывод.
cli-backup-out = Каталог для копии; по умолчанию backups рядом с файлом данных.
cli-backup-with-accounts = Скопировать и учётные записи. Они секретны: храните такую копию надёжно.
cli-demo-vms = Сколько ВМ [40].
cli-demo-days = За сколько дней история [60].
cli-demo-seed = Другое число — другой парк [1].
cli-demo-now = Время, на котором история заканчивается, в UTC; по умолчанию — текущий час.
cli-demo-held-until = Оставить несколько ВМ занятыми до этого дня, как бы далеко он ни был.
cli-demo-out = Куда; по умолчанию — стандартный вывод. Существующий файл не заменяется.
cli-list-free = Только свободные.
cli-list-json = В виде JSON.
cli-book-hours = На сколько часов; можно дробно.
cli-book-purpose = Для чего.
cli-renew-hours = На сколько часов.

# Help and usage

cli-usage = Вызов:
cli-options = Ключи
cli-commands = Команды
cli-see-help = Справка: { $command }.
cli-wrong = { $detail }
cli-wrong-missing = Не хватает { $name }.
cli-wrong-choice = { $name }: возможные значения — { $choices }.
cli-wrong-value = { $kind ->
    [int] { $name }: нужно целое число в допустимых пределах.
    [float] { $name }: нужно число.
    [date] { $name }: нужна дата, например 2026-11-23.
   *[other] { $name }: неверное значение.
}
cli-wrong-option = Нет ключа { $name }.
cli-wrong-command = Нет команды { $name }.
cli-wrong-extra = Лишние аргументы: { $detail }.
cli-wrong-no-value = Ключу { $name } нужно значение, или оно здесь лишнее.
cli-wrong-together = { $first } и { $second } вместе не используются.
cli-wrong-out-without-repair = --out используется только вместе с --repair.
cli-wrong-out-is-data = { $path } — часть хранилища данных, его содержимое пропало бы. Выберите другое место.
cli-wrong-out-is-folder = { $path } — это папка: укажите файл в ней.
cli-wrong-password-encoding = Пароль на стандартном вводе не в UTF-8.
cli-wrong-password-stdin = Спросить пароль не у кого: передайте его через стандартный ввод с ключом --password-stdin.
cli-wrong-passwords-differ = Пароли не совпадают.

# What commands say

cli-check-well = { $path }: ВМ — { $vms }, пользователей — { $users }, записей истории — { $records }; всё в порядке.
cli-mended-key-repeated = повторённые списки и люди объединены; из других значений осталось последнее
cli-mended-time-unsupported = записано ближайшее возможное время
cli-mended-journal-time = всё, что до этой строки, сохранено; она и следующие — нет
cli-check-more-doubtful = { $count ->
    [one] … и ещё { $count } запись
    [few] … и ещё { $count } записи
   *[many] … и ещё { $count } записей
}
cli-check-doubtful = { $path }: ВМ — { $vms }, пользователей — { $users }, записей истории — { $records }. Сервер запустится и всё сохранит; сомнительных мест в истории, названных выше, — { $count }; невозможные промежутки в отчёты не входят.
cli-mended-group-missing = ВМ теперь в той группе, которая её называет, либо ни в какой
cli-mended-group-lacks-vm = группа теперь называет эту ВМ
cli-mended-half-booked = ВМ теперь свободна
cli-mended-repeated = осталось первое
cli-mended-user-repeated = теперь это одна запись со всеми бронями
cli-mended-group-name-repeated = к названию группы добавлен её номер
cli-mended-vm-missing = имя убрано из списка
cli-mended-vm-not-of-group = решает группа, указанная у самой ВМ; если там указано неверно — эта
cli-mended-journal-damaged = всё, что до этой строки, сохранено; она и следующие — нет
cli-mended-journal-gap = всё, что до этой строки, сохранено; она и следующие — нет
cli-mended-journal-mismatch = всё, что до этой строки, сохранено; она и следующие — нет
cli-check-next = Дальше, при остановленном сервере: уберите в сторону (не удаляя) { $old }, затем переименуйте { $out } в { $path }.
cli-check-repaired = { $count ->
    [one] { $count } ошибка в { $path } исправлена в { $out }.
    [few] { $count } ошибки в { $path } исправлены в { $out }.
   *[other] { $count } ошибок в { $path } исправлено в { $out }.
}
cli-user-added = { $email } теперь может войти; роль: { $role }.
cli-user-password-set = У { $email } новый пароль.
cli-user-now-disabled = Для { $email } вход закрыт.
cli-user-now-enabled = { $email } снова может войти.
cli-user-approved = { $email } теперь может войти.
cli-user-refused = Учётная запись { $email } удалена.
cli-user-waits = ждёт одобрения
cli-user-enabled = может войти
cli-user-disabled = вход закрыт
cli-token-created = Токен для { $email } ({ $scope }, до { $until }) показан только сейчас: сохраните его в надёжном месте.
cli-token-revoked = Токен { $token_id } отозван.
cli-imported = { $count ->
    [one] Добавлена { $count } ВМ.
   *[other] Добавлено { $count } ВМ.
}
cli-import-create-groups = Создать группы, которые названы в файле и которых нет.
cli-import-groups = { $count ->
    [one] Создана группа: { $groups }.
   *[other] Созданы группы: { $groups }.
}
cli-import-more-faults = … и ещё { $count ->
    [one] { $count } ошибка.
    [few] { $count } ошибки.
   *[other] { $count } ошибок.
}
cli-import-try-create-groups = С --create-groups недостающие группы будут созданы.
cli-import-line = { $path }, строка { $line }
cli-backed-up = { $path }: ВМ — { $vms }, записей истории — { $records }.
cli-backed-up-accounts = { $path }: учётные записи. Храните файл надёжно.
cli-demo-done = { $path }: ВМ — { $vms }, дней истории — { $days }.
cli-booked = { $vm_id } ваша до { $until }.
cli-released = { $vm_id } свободна.
cli-free = свободна
cli-never = никогда
cli-column-id = id
cli-column-group = группа
cli-column-state = состояние
cli-column-until = до
cli-column-purpose = для чего
cli-column-email = почта
cli-column-role = роль
cli-column-created = с
cli-column-name = название
cli-column-scope = доступ
cli-column-expires = действует до
cli-column-used = использован

# Settings

settings-page-title = Настройки
settings-page-order = Ключ команды `loadzone serve` важнее переменной окружения, она важнее файла `loadzone.toml` в рабочем каталоге, а он важнее значения по умолчанию. Неизвестное имя в файле или неверное значение прерывает запуск с кодом 2 и одной строкой, где названы настройка и место, где она задана.
settings-page-file = В файле используются имена из первого столбца: `port = 8080`, `warn_before = ["1h", "10m"]`. В ключах и переменных списки пишутся через запятую. Промежуток времени — число и `s`, `m`, `h` или `d`.
settings-page-columns = | имя | ключ | переменная | по умолчанию | смысл |
settings-page-client = `LOADZONE_URL` и `LOADZONE_TOKEN` относятся к клиенту: с каким сервером и от чьего имени работают `loadzone.connect()` и команды `list`, `book`, `renew`, `release` и `import`. Без них `connect()` без адреса берёт `url` из раздела `[client]` файла `loadzone.toml`; `token` оттуда передаётся только на этот `url`, а `LOADZONE_TOKEN` на него не передаётся никогда: файл может быть чужим.
setting-data = Файл данных.
setting-host = Адрес, на котором принимаются соединения.
setting-port = Порт; 0 — любой свободный.
setting-auth = Как входят люди: по паролю (password) или, для показа и своего стола, открыто (open): достаточно адреса почты, и каждый — администратор.
setting-trust-network = Разрешить открытый режим на адресах, доступных другим.
setting-lang = Язык для тех, кто его не выбрал; auto — язык системы.
setting-assume-tz = Часовой пояс для времени без смещения в файле данных, например Europe/Moscow.
setting-max-hours = Самая долгая бронь или продление, в часах.
setting-max-total-hours = Сколько самое большее можно держать ВМ со всеми продлениями, в часах.
setting-warn-before = За сколько до конца предупреждать владельца брони.
setting-public-read = Показывать парк и историю без входа.
setting-registration = Кто может завести учётную запись: closed (людей добавляют администраторы), domain (почта из указанных доменов, каждого одобряет администратор) или invite (по приглашению).
setting-registration-domains = Почтовые домены для registration = domain.
setting-session-idle = Через сколько времени без действий заканчивается сеанс.
setting-session-absolute = Через сколько времени сеанс заканчивается в любом случае.
setting-allowed-origins = Другие сайты, страницы которых могут подключаться, например https://portal.example.com.
setting-public-url = Адрес для людей, если перед сервером стоит прокси: схема, хост и порт. Страницы оттуда свои, какой бы Host ни слал прокси.
setting-use-xheaders = Прежний способ задать trusted_proxies = 127.0.0.0/8,::1.
setting-trusted-proxies = Сети прокси, чьим X-Forwarded-For, X-Forwarded-Proto и X-Forwarded-Host можно верить, например 127.0.0.1 или 10.1.0.0/16.
setting-metrics-from = Сети, клиенты которых читают /metrics без входа. Эта машина — только прямые запросы, но не пришедшие через прокси.
setting-connections-per-address = Сколько соединений может быть одновременно открыто с одного адреса. Для этой машины и доверенных прокси ограничения нет.
setting-log-level = Насколько подробно вести журнал.

error-setting-unknown = { $place }: такой настройки нет.
error-setting-unknown-near = { $place }: такой настройки нет; может быть, { $near }?
error-setting-not-number = { $place }: нужно число, а не «{ $value }».
error-setting-out-of-range = { $place }: { $value } вне допустимых пределов.
error-setting-not-yes-or-no = { $place }: нужно true или false, а не «{ $value }».
error-setting-not-choice = { $place }: нужно одно из { $choices }, а не «{ $value }».
error-setting-not-length = { $place }: нужен промежуток времени, например 10m, 1h или 7d, а не «{ $value }».
error-setting-not-zone = { $place }: нет часового пояса «{ $value }».
error-setting-not-domain = { $place }: нужен домен адресов почты, например example.com, а не «{ $value }».
error-setting-not-network = { $place }: нужен адрес или сеть, например 127.0.0.1, 10.1.0.0/16 или ::1, а не «{ $value }».
error-setting-not-url = { $place }: нужен адрес, который начинается с http:// или https://, а не «{ $value }».
error-setting-url-path = { $place }: LoadZone пока не работает по адресу с путём, поэтому «{ $value }» не подойдёт: укажите только схему, хост и порт, например https://lab.example.com.
error-setting-url-extra = { $place }: здесь возможны только схема, хост и порт, например https://lab.example.com:8443, а не «{ $value }».
error-setting-url-host = { $place }: в «{ $value }» нет имени хоста, адреса или порта, которые открыл бы браузер.
error-setting-wrong = { $place }: «{ $value }» не подходит.
error-setting-domains-needed = { $place }: для регистрации по домену нужна настройка registration_domains.
error-setting-file-unreadable = { $place } не читается: { $detail }.
error-setting-file-utf16 = { $place }: файл в кодировке UTF-16. Сохраните его в UTF-8.
error-setting-file-not-utf8 = { $place }: эта строка не в UTF-8. Сохраните файл в UTF-8.
error-setting-file-malformed = { $place } — не TOML: { $detail }.

# Refusals

error-open-needs-trust = В открытом режиме любой, кому доступен { $host }, может всё. Слушайте 127.0.0.1 или добавьте --trust-network.
error-check-failed = { $count ->
    [one] В { $path } { $count } ошибка: { $first } (loadzone check --repair исправит то, что можно исправить.)
    [few] В { $path } { $count } ошибки, первая: { $first } (loadzone check --repair исправит то, что можно исправить.)
   *[other] В { $path } { $count } ошибок, первая: { $first } (loadzone check --repair исправит то, что можно исправить.)
}
error-file-not-found = Нет файла { $path }.
error-file-not-opened = { $path } не открывается: { $detail }.
error-file-unreadable = { $path } не читается: { $detail }.
error-file-read-only = { $path } открыт только для чтения: менять что-либо может лишь сервер.
cli-not-saved = Изменение не удалось сохранить, ничего не изменено ({ $reason }).
cli-login-required = Вход не выполнен: укажите --token или задайте LOADZONE_TOKEN. Если сервер в открытом режиме, хватит --email.
cli-not-written = Вывод не удалось записать: { $detail }.
error-os = { $path }: { $detail }.
error-no-target = Сервер не указан: передайте адрес или файл либо задайте LOADZONE_URL или url в разделе [client] файла loadzone.toml.
error-url-malformed = { $url } — не адрес сервера: такой адрес выглядит как http://localhost:5000 или https://loadzone.example.com.
error-server-unreachable = Сервер { $url } недоступен: { $detail }.
error-server-strange = Ответил не сервер LoadZone (HTTP { $status }).
