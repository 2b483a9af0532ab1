# Ошибки входа, людей, API-токенов и приглашений, а также файла, в котором они хранятся.

error-wrong-login = Неверный адрес электронной почты или пароль.
error-wrong-password = Это не ваш текущий пароль.
error-too-many-tries = { $seconds ->
    [one] Слишком много попыток. Повторите через { $seconds } секунду.
    [few] Слишком много попыток. Повторите через { $seconds } секунды.
   *[other] Слишком много попыток. Повторите через { $seconds } секунд.
}
error-login-busy = { $seconds ->
    [one] Сейчас входит слишком много людей. Повторите через { $seconds } секунду.
    [few] Сейчас входит слишком много людей. Повторите через { $seconds } секунды.
   *[other] Сейчас входит слишком много людей. Повторите через { $seconds } секунд.
}
error-token-invalid = Этот API-токен неизвестен, отозван или просрочен. Создайте другой: на странице «Мой профиль» или командой «loadzone token create».
error-session-needed = Пароль меняет его владелец, войдя с ним. API-токена для этого мало.
error-host-not-ours = В открытом режиме сервер не отвечает на имя { $host }. Откройте его как localhost или задайте public_url.
error-cross-origin = Запрос пришёл со страницы другого сайта и отклонён. Если перед LoadZone стоит прокси, в public_url должен быть адрес, который открывают люди.
error-wrong-auth-mode = При способе входа, который использует сервер ({ $mode }), это невозможно.

error-password-too-short = { $min ->
    [one] Не менее { $min } символа.
   *[other] Не менее { $min } символов.
}
error-password-too-long = { $max ->
    [one] Не более { $max } символа.
   *[other] Не более { $max } символов.
}
error-role-unknown = Роль должна быть user или admin.
error-expires-in-past = Срок действия должен заканчиваться в будущем.

error-person-exists = Учётная запись { $email } уже существует.
error-person-not-found = Учётной записи { $email } нет.
error-last-admin = Должен остаться хотя бы один администратор, который может войти.
error-token-not-found = API-токена { $token_id } нет.

error-registration-closed = Регистрация закрыта. Попросите администратора добавить вас.
error-invite-needed = Для регистрации нужно приглашение. Попросите его у администратора.
error-invite-invalid = Это приглашение неизвестно, уже использовано, просрочено или предназначено для другого адреса.
error-domain-not-listed = Зарегистрироваться можно только с адресами этих доменов: { $domains }.
error-first-admin-key-invalid = Эта ссылка больше не действует. Пока нет администратора, сервер при каждом запуске печатает новую.

error-auth-file-not-json = это не JSON
error-auth-file-schema = схема { $schema } неизвестна; эта версия LoadZone читает схему { $known }
error-auth-file-value = значение отсутствует или недопустимо
