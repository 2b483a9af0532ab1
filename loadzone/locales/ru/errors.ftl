# Сообщения об ошибках: error-<код через дефисы>. Ключи одни и те же во всех языках.
# Сказанное об одном поле — предложение, которое может стоять после «поле: ».

error-data-error = { $place }: { $problem_text }

# Не найдено

error-vm-not-found = Виртуальной машины { $vm_id } нет.
error-group-not-found = Группы { $group_id } нет.

# Противоречит тому, что есть

error-vm-taken = { $vm_id } занята: её держит { $holder } до { $until }.
error-vm-booked = { $vm_id } забронирована: { $holder }, до { $until }. Чтобы прервать бронь, удалите машину с force.
error-vm-not-booked = { $vm_id } не забронирована.
error-vm-exists = Виртуальная машина { $vm_id } уже есть.
error-vm-not-in-group = { $vm_id } не входит в эту группу.
error-group-exists = Группа «{ $name }» уже есть.
error-person-changed = Эту страницу открыл другой пользователь. Теперь вы вошли как { $email }: загрузите её заново.
error-store-locked = { $path } уже использует другой LoadZone: { $holder }.
error-file-exists = { $path } уже существует.

# Нельзя

error-login-required = Сначала войдите.
error-read-only-token = Этот API-токен позволяет только читать.
error-admin-only = Это может сделать только администратор.
error-not-holder = { $vm_id } не ваша: её держит { $holder } до { $until }.

# Поля

error-invalid-input = Запрос составлен неверно.
error-required = Это обязательное поле.
error-unknown-field = Такого поля нет.
error-wrong-type = { $expected ->
    [str] Здесь должен быть текст.
    [int] Здесь должно быть целое число.
    [float] Здесь должно быть число.
    [bool] Здесь должно быть true или false.
    [array] Здесь должен быть список.
    [object] Здесь должен быть объект.
   *[other] Здесь должен быть тип { $expected }.
}
error-wrong-value = Такое значение здесь невозможно.
error-number-too-large = Такое большое число здесь невозможно.
error-too-long = { $max ->
    [one] Не больше { $max } символа.
   *[other] Не больше { $max } символов.
}
error-too-many = Не больше { $max }.
error-not-printable = В тексте недопустим символ { $character }: здесь он { $place }-й по счёту.
error-out-of-range = Допустимо от { $min } до { $max }.
error-not-one-of = Допустимые значения: { $choices }.
error-time-malformed = Здесь должно быть время по ISO 8601, например 2026-11-23T18:00:00Z.
error-hours-not-positive = { $max ->
    [one] Должно быть больше 0 и не больше { $max } часа.
    [few] Должно быть больше 0 и не больше { $max } часов.
    [many] Должно быть больше 0 и не больше { $max } часов.
   *[other] Должно быть больше 0 и не больше { $max } часа.
}
error-hours-too-many = { $max ->
    [one] Не больше { $max } часа.
    [few] Не больше { $max } часов.
    [many] Не больше { $max } часов.
   *[other] Не больше { $max } часа.
}
error-hours-total-too-many = { $max ->
    [one] Тогда вся бронь стала бы длиннее { $max } часа.
    [few] Тогда вся бронь стала бы длиннее { $max } часов.
    [many] Тогда вся бронь стала бы длиннее { $max } часов.
   *[other] Тогда вся бронь стала бы длиннее { $max } часа.
} { $left ->
    [0] Продлить её больше нельзя.
    [one] Можно добавить ещё { $left } час.
    [few] Можно добавить ещё { $left } часа.
    [many] Можно добавить ещё { $left } часов.
   *[other] Можно добавить ещё { $left } часа.
}
error-vm-id-malformed = От 1 до 63 латинских букв, цифр, точек, подчёркиваний и дефисов; первой стоит буква или цифра.
error-email-malformed = Это не адрес электронной почты.
error-group-unknown = Нет группы «{ $group }».
error-group-given-twice = Укажите группу либо номером, либо названием, но не тем и другим сразу.
error-address-malformed = Это не адрес IPv4 или IPv6.
error-cursor-malformed = Это не курсор из предыдущего ответа.

# Вопросы к истории

error-unknown-parameter = Такого параметра нет.
error-given-twice = Этот параметр задан несколько раз.
error-not-utf8 = Это не UTF-8.
error-since-after-until = Период заканчивается раньше, чем начинается.
error-since-in-future = Период начинается в будущем: о нём ещё ничего не известно.

# Запросы

error-malformed-request = Запрос повреждён.
error-json-malformed = Это не JSON.
error-not-an-object = Тело запроса должно быть объектом JSON.
error-path-not-found = По этому адресу ничего нет.
error-method-not-allowed = Этот метод здесь не поддерживается.
error-body-too-large = Тело запроса больше 1 МиБ. Длинный список ВМ импортируют по частям: страница и команда loadzone import делают это сами.
error-not-json = Тело запроса должно быть в JSON, с заголовком Content-Type: application/json.
error-idempotency-key-malformed = { $max ->
    [one] От 1 до { $max } печатного символа ASCII.
   *[other] От 1 до { $max } печатных символов ASCII.
}
error-idempotency-key-reused = Этот Idempotency-Key уже приходил с другим телом запроса.

# Сервер

error-internal-error = В LoadZone что-то сломалось. Ошибка записана в журнал.
error-store-unavailable = Изменение не удалось сохранить, поэтому ничего не изменилось. Повторите позже.
error-too-many-connections = Открыто слишком много соединений. Повторите через несколько секунд.
error-not-ready = Не готов: { $reasons }.

problem-400 = Запрос составлен неверно
problem-401 = Нужно войти
problem-403 = Нет прав
problem-404 = Не найдено
problem-405 = Метод не поддерживается
problem-409 = Противоречит тому, что есть
problem-410 = Больше недоступно
problem-413 = Слишком большой запрос
problem-415 = Не JSON
problem-429 = Слишком много попыток
problem-500 = Внутренняя ошибка
problem-503 = Сейчас недоступно

# Файлы данных, которым нельзя верить: то, что следует за «файл: место: »

error-file-missing = файла нет
error-file-empty = файл пуст
error-group-missing = группы { $group_id } не существует
error-group-lacks-vm = группа { $group_id } не называет { $vm_id } в своих vm_ids
error-vm-missing = виртуальной машины { $vm_id } не существует
error-vm-not-of-group = у виртуальной машины { $vm_id } не указана группа { $group_id }
error-half-booked = booked_by и expires_at у { $vm_id } должны быть либо оба заданы, либо оба null
error-repeated = { $id } встречается здесь больше одного раза
error-user-repeated = { $email } встречается здесь больше одного раза
error-group-name-repeated = группа «{ $name }» названа так же, как группа { $group_id }
error-file-not-utf8 = файл не в UTF-8 (похоже на UTF-16 или UTF-32); сохраните его в UTF-8
error-schema-unknown = у файла формат { $schema }, а эта версия LoadZone читает только формат { $known }; возьмите ту версию, которая его записала
error-key-repeated = ключ { $key } стоит здесь дважды, а учесть можно только один
error-time-unsupported = время не между { $first } и { $last } годом
error-journal-time = в строке { $line } журнала время неподдерживаемого года; запустите «loadzone check»
error-end-missing = бронь или продление без конца
error-end-before-start = конец раньше начала
error-span-too-long = длиннее { $years } лет
error-end-needless = у освобождения не бывает конца; он не учитывается
error-journal-damaged = строка { $line } журнала повреждена; что можно спасти, покажет «loadzone check»
error-journal-gap = в строке { $line } журнала изменение { $found }, а должно быть { $expected }; запустите «loadzone check»
error-journal-mismatch = строка { $line } журнала не подходит к данным ({ $problem_detail }); запустите «loadzone check»
error-journal-replaced = журнал изменила другая программа
error-changes-missing = следующим должно быть изменение { $expected }, а идёт { $found }: это более старый файл
error-journal-shrunk = журнал стал короче записанного: должно быть байтов: { $expected }
error-csv-not-utf8 = Начиная отсюда файл не в UTF-8. Сохраните его в редакторе таблиц как «CSV UTF-8».
error-csv-unclosed = Здесь открыта кавычка, которая нигде не закрыта.
error-csv-after-quote = Здесь что-то стоит после закрывающей кавычки.
error-csv-no-id = Первая строка должна называть столбцы, среди них id.
error-csv-column = Столбец «{ $column }» неизвестен или повторяется; возможны { $columns }.
error-csv-too-many-fields = Полей больше, чем столбцов.
error-csv-content-or-upload = Укажите либо содержимое, либо имя загрузки.
error-upload-not-found = Такой загрузки нет, или она удалена через десять минут. Отправьте все части заново.
error-upload-too-large = Файл больше 8 МиБ. Импортируйте его по частям.
error-piece-out-of-order = Следующая часть — номер { $expected }.
