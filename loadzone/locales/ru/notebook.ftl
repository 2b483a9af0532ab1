# Живая таблица в ячейке блокнота.

dashboard-cell-read-only = Файл, только чтение
dashboard-cell-nobody = Вход не выполнен, только чтение
dashboard-hours-hint-fractions = Можно дробное число: 0,5 — это полчаса.
dashboard-cell-alone = Python не отвечает: он занят или перезапущен. После перезапуска выполните ячейку ещё раз.

error-panel-missing = Для таблицы в блокноте нужен Panel: { $detail }. Установите его: «pip install panel».
error-zone-closed = Соединение закрыто. Подключитесь заново и выполните ячейку ещё раз.

# Ошибки в блокноте.

error-unknown-argument = Такого аргумента нет. Есть: { $known }.
error-filter-empty = Здесь пусто: назовите что-нибудь или уберите этот аргумент.
error-not-a-group = Здесь нужно название группы или её номер, а передано { $found }.
error-token-malformed = Это не токен API: он начинается с lz_ и состоит только из латинских букв, цифр и знаков, без пробелов и без «…». Скопируйте его целиком или создайте новый.

connect-login-required = Вход не выполнен: connect(url, token="lz_…") или connect(url, email=…, password=…). Если сервер в открытом режиме, хватит connect(url, email=…).
