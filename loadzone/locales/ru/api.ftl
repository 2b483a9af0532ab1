# API, как о нём рассказывают /docs и /openapi.json: api-call-<имя вызова>, api-parameter-<имя>.
# Между обратными апострофами стоит код. Во всех языках одни и те же ключи.

api-title = API LoadZone
api-summary = Общие виртуальные машины: увидеть свободные, забронировать, продлить, освободить.
api-version = Версия { $version }. Запросы и ответы — JSON. То же самое в виде документа для программ:
api-login = Войдите через `POST /auth` и сохраните cookie либо передавайте API-токен: `Authorization: Bearer lz_…`. Время — ISO 8601 в UTC. Запрос, который что-то меняет, может нести `Idempotency-Key`: повтор в течение суток получит первый ответ.
api-calls = Вызовы
api-answers = Ответ { $status }:
api-errors-of = Ошибки:
api-required = обязательно
api-or = или
api-list-of = список из { $what }
api-errors = Ошибки
api-errors-told = Каждый отказ — `application/problem+json` (RFC 9457) с неизменным `code`, по-русски или по-английски, как просит `Accept-Language`. Сообщения здесь — примеры.
api-column-status = Статус
api-column-code = Код
api-column-message = Сообщение
api-of-field = (в `errors`)

api-done = Готово.
api-refused = Отказ:
api-refused-otherwise = Любой другой отказ.
api-token = API-токен, `lz_…`.
api-idempotency-key = Повтор с тем же ключом в течение суток получает первый ответ.

api-call-book = Забронировать свободную ВМ на несколько часов с этого момента.
api-call-renew = Сдвинуть конец своей брони на несколько часов.
api-call-cancel = Закончить бронь сейчас: свою, а администратор — любую.
api-call-vms = Все ВМ и группы, с номером последнего изменения.
api-call-groups = Все группы.
api-call-me = Кто вы и какие ВМ занимаете; отвечает и тем, кто не вошёл.
api-call-history = История броней всех пользователей от старых к новым, потоком в JSON или CSV.
api-call-auth = Войти и получить cookie сеанса; в открытом режиме достаточно адреса почты.
api-call-logout = Закончить свой сеанс; можно и без него.
api-call-addVM = Добавить ВМ.
api-call-importVMs = Добавить много ВМ: все или ни одной.
api-call-editVM = Изменить указанные поля ВМ.
api-call-deleteVM = Удалить ВМ; для занятой нужен `force`.
api-call-addGroup = Создать группу; названные ВМ переходят в неё из прежних групп.
api-call-addExistingVMs = Перенести ВМ в группу.
api-call-removeVMFromGroup = Вывести ВМ из группы; без `group_id` — из её нынешней.
api-call-renameGroup = Переименовать группу.
api-call-deleteGroup = Удалить группу; её ВМ остаются без группы.
api-call-setup = Создать первого администратора по одноразовому ключу, который напечатал сервер, и войти.
api-call-register = Завести себе учётную запись, насколько это разрешает сервер, и войти.
api-call-users = Все, кто может входить.
api-call-addUser = Дать человеку доступ.
api-call-editUser = Изменить роль или пароль человека либо закрыть ему доступ.
api-call-invite = Пригласить зарегистрироваться; ключ показывается один раз.
api-call-tokens = Ваши API-токены без их секретов; администратору — токены всех.
api-call-addToken = Создать API-токен себе, а администратору — и для `email`; секрет показывается один раз.
api-call-revokeToken = Сразу отозвать API-токен.
api-call-healthz = Жив ли процесс.
api-call-readyz = Готов ли к работе: данные записываются, брони заканчиваются вовремя.
api-call-metrics = Метрики для Prometheus; с другой машины — тем, кому видны ВМ.
api-call-openapi = Этот API в виде документа OpenAPI 3.1.
api-call-docs = Этот API в виде страницы, которая работает без интернета.

api-parameter-since = Только записи, у которых `start` не раньше; время без смещения — UTC.
api-parameter-until = Только записи, у которых `start` раньше.
api-parameter-vm = Только об этой ВМ; она могла быть с тех пор удалена.
api-parameter-user = Только брони этого человека.
api-parameter-group = Только о ВМ, которые сейчас в этой группе.
api-parameter-limit = Не больше стольких записей; без него потоком идёт вся история.
api-parameter-cursor = Продолжить после прежнего ответа на тот же вопрос.
api-parameter-format = `json` (по умолчанию) или `csv`.
