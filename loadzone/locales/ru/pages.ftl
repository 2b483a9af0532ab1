# The pages in front of LoadZone: login, first administrator, registration. The same keys stand in every language.

page-login = Вход
page-log-in = Войти
page-setup = Первый администратор
page-make-admin = Стать администратором
page-register = Регистрация
page-make-account = Зарегистрироваться
page-email = Электронная почта
page-password = Пароль
page-new-password = Пароль
page-password-again = Пароль ещё раз
page-passwords-differ = Пароли не совпадают.
page-language = Язык
page-open-mode = Открытый режим: для входа достаточно почты, и каждый здесь — администратор. Он нужен для показа и для тех, кому вы доверяете.
page-no-admin-yet = Войти пока никто не может. Откройте ссылку, которую LoadZone напечатал при запуске: по ней создаётся первый администратор.
page-setup-note = Этой учётной записи можно всё: добавлять ВМ, людей и группы. Ссылка действует один раз.
page-setup-done = Администратор уже есть. Войдите или попросите у него учётную запись.
page-register-closed = Учётные записи здесь создают администраторы. Обратитесь к одному из них.
page-register-by-invite = Для регистрации нужно приглашение. Откройте ссылку, которую вам дали.
page-register-open = В открытом режиме регистрация не нужна: войдите по своей почте.
page-to-login = Ко входу
page-to-registration = Зарегистрироваться
page-no-answer = Сервер не отвечает. Попробуйте ещё раз.
page-needs-script = Для этой страницы нужен JavaScript.
