# The dialogs of the dashboard, beyond book, renew and release; the choice of several VMs, undo and warnings. In the page
# a name like $free is replaced by the script; a number $n chooses between the endings -one, -few, -many and -other.

dashboard-save = Сохранить
dashboard-delete = Удалить
dashboard-until-night = До конца дня
dashboard-group-gone = Этой группы больше нет.

# A VM

dashboard-add-vm-title = Добавить ВМ
dashboard-add-vm-confirm = Добавить
dashboard-vm-added = ВМ $vm добавлена.
dashboard-edit-vm-title = Изменить $vm
dashboard-delete-vm-title = Удалить $vm?
dashboard-delete-vm-free = ВМ исчезнет из списка, её история останется.
dashboard-delete-vm-held = Бронь сразу завершится, $user получит сообщение. ВМ исчезнет из списка, её история останется.
dashboard-vm-id = Имя ВМ
dashboard-vm-id-hint = Латинские буквы, цифры, точки, дефисы, подчёркивания
dashboard-no-group = Без группы
dashboard-internal-ip = Внутренний адрес
dashboard-external-ip = Внешний адрес
dashboard-address-hint = IPv4 или IPv6, например 10.0.0.9
dashboard-tags = Метки
dashboard-tags-hint = Через запятую: gpu, 32gb
dashboard-note = Заметка

# Groups

dashboard-add-group-title = Новая группа
dashboard-add-group-confirm = Создать
dashboard-group-name = Название группы
dashboard-group-added = Группа «$name» создана.
dashboard-add-to-group-title = Добавить ВМ в группу «$name»
dashboard-add-to-group-confirm = Добавить
dashboard-rename-group-title = Переименовать группу «$name»
dashboard-delete-group-title = Удалить группу «$name»?
dashboard-delete-group-empty = В ней нет ни одной ВМ.
dashboard-delete-group-vms-one = $n ВМ останется в списке без группы. Брони сохранятся.
dashboard-delete-group-vms-few = $n ВМ останутся в списке без группы. Брони сохранятся.
dashboard-delete-group-vms-many = $n ВМ останутся в списке без группы. Брони сохранятся.
dashboard-delete-group-vms-other = $n ВМ останутся в списке без группы. Брони сохранятся.
dashboard-remove-from-group-title = Убрать $vm из группы «$name»?
dashboard-remove-from-group-confirm = Убрать
dashboard-remove-from-group-about = ВМ останется в списке без группы. Бронь сохранится.

# Picking VMs

dashboard-pick-vms = Какие ВМ
dashboard-pick-hint = Выбранные ВМ покинут прежнюю группу
dashboard-pick-search = Поиск: имя, группа, адрес, метка
dashboard-pick-choices = ВМ на выбор
dashboard-picked = Выбраны
dashboard-unpick = Не выбирать $vm
dashboard-pick-none = Ничего не найдено.
dashboard-pick-more-one = И ещё $n: уточните поиск.
dashboard-pick-more-few = И ещё $n: уточните поиск.
dashboard-pick-more-many = И ещё $n: уточните поиск.
dashboard-pick-more-other = И ещё $n: уточните поиск.

# Several VMs

dashboard-selection = Выбранные ВМ
dashboard-selected-one = Выбрана $n ВМ
dashboard-selected-few = Выбраны $n ВМ
dashboard-selected-many = Выбрано $n ВМ
dashboard-selected-other = Выбрано $n ВМ
dashboard-select-none = Снять выбор
dashboard-move = В группу…
dashboard-book-many-title = Забронировать несколько ВМ
dashboard-book-many-confirm = Забронировать
dashboard-book-many-done-one = Забронирована $n ВМ.
dashboard-book-many-done-few = Забронированы $n ВМ.
dashboard-book-many-done-many = Забронировано $n ВМ.
dashboard-book-many-done-other = Забронировано $n ВМ.
dashboard-release-many-title = Освободить несколько ВМ
dashboard-release-many-confirm = Освободить
dashboard-release-many-done-one = Освобождена $n ВМ.
dashboard-release-many-done-few = Освобождены $n ВМ.
dashboard-release-many-done-many = Освобождено $n ВМ.
dashboard-release-many-done-other = Освобождено $n ВМ.
dashboard-release-others-one = Из них чужая — $n: $names. Её владелец получит сообщение, что бронь завершена.
dashboard-release-others-few = Из них чужие — $n: $names. Их владельцы получат сообщение, что бронь завершена.
dashboard-release-others-many = Из них чужие — $n: $names. Их владельцы получат сообщение, что бронь завершена.
dashboard-release-others-other = Из них чужие — $n: $names. Их владельцы получат сообщение, что бронь завершена.
dashboard-move-many-title = Перенести несколько ВМ
dashboard-move-many-confirm = Перенести
dashboard-move-many-done-one = Перенесена $n ВМ.
dashboard-move-many-done-few = Перенесены $n ВМ.
dashboard-move-many-done-many = Перенесено $n ВМ.
dashboard-move-many-done-other = Перенесено $n ВМ.
dashboard-delete-many-title = Удалить несколько ВМ?
dashboard-delete-many-confirm = Удалить
dashboard-delete-many-done-one = Удалена $n ВМ.
dashboard-delete-many-done-few = Удалены $n ВМ.
dashboard-delete-many-done-many = Удалено $n ВМ.
dashboard-delete-many-done-other = Удалено $n ВМ.
dashboard-delete-many-held-one = Из них занята $n, её бронь сразу завершится: $names.
dashboard-delete-many-held-few = Из них заняты $n, их брони сразу завершатся: $names.
dashboard-delete-many-held-many = Из них занято $n, их брони сразу завершатся: $names.
dashboard-delete-many-held-other = Из них занято $n, их брони сразу завершатся: $names.
dashboard-many-vms-one = $n ВМ: $names.
dashboard-many-vms-few = $n ВМ: $names.
dashboard-many-vms-many = $n ВМ: $names.
dashboard-many-vms-other = $n ВМ: $names.
dashboard-many-left-one = Ещё $n выбранная не подходит и останется как есть.
dashboard-many-left-few = Ещё $n выбранные не подходят и останутся как есть.
dashboard-many-left-many = Ещё $n выбранных не подходят и останутся как есть.
dashboard-many-left-other = Ещё $n выбранных не подходят и останутся как есть.
dashboard-many-none = Сейчас это не подходит ни одной из выбранных ВМ.
dashboard-many-results = Выполнено: $good из $all.
dashboard-many-good = готово
dashboard-results = Результаты

# Undo

dashboard-released-one = ВМ $vm освобождена.
dashboard-released-many-one = Освобождена $n ВМ.
dashboard-released-many-few = Освобождены $n ВМ.
dashboard-released-many-many = Освобождено $n ВМ.
dashboard-released-many-other = Освобождено $n ВМ.
dashboard-undo = Вернуть

# Warnings

dashboard-title-ends = осталось $m мин
dashboard-notify = Уведомления браузера
dashboard-notify-ask = Уведомлять в браузере
dashboard-notify-on = Браузер уведомит вас перед концом брони.
dashboard-notify-off = Браузер больше не будет уведомлять.
dashboard-notify-refused = Браузер не разрешает уведомления этой странице. Разрешите их в его настройках.

# The menu of the person

dashboard-account = Мой профиль
dashboard-administration = Администрирование
