# Журнал аудита: архив рядом с файлом данных, его настройка и страница администраторов.

setting-audit-days = Сколько дней журнал аудита помнит изменения.
cli-backed-up-log = { $path }: журнал аудита.
cli-check-log-well = { $path }: изменений в журнале аудита — { $changes }; всё в порядке.
cli-check-log-damaged = { $path }: изменений, которые читаются в журнале аудита, — { $changes }; повреждённых строк — { $count }, первые: { $lines }. Журнал — только память: сервер запустится всё равно.
cli-check-log-unreadable = { $path }: журнал аудита не читается: { $reason }. Сервер запустится всё равно.

# Страница. Имя вроде $by заменяет скрипт; число $n выбирает между -one, -few, -many, -other.

admin-audit = Журнал аудита
admin-audit-about = Кто что изменил, сначала новое. Время — в вашем часовом поясе.
admin-no-audit = За эти дни ничего подобного не меняли. Возьмите больше дней или уберите часть условий.
admin-column-told = Что произошло
admin-filter-by = Кто сделал
admin-filter-whose = Чья бронь или учётная запись
admin-filter-kind = О чём
admin-kind-all = обо всём
admin-kind-bookings = о бронях
admin-kind-vms = о ВМ
admin-kind-groups = о группах
admin-kind-people = о людях
admin-kind-tokens = о токенах API
admin-told-more-one = Ещё $n
admin-told-more-few = Ещё $n
admin-told-more-many = Ещё $n
admin-told-more-other = Ещё $n

admin-told-booking_made = Пользователь $by забронировал ВМ $vm до: $until.
admin-told-booking_renewed = Пользователь $by продлил бронь ВМ $vm до: $until.
admin-told-booking_released-cancelled = Пользователь $by освободил ВМ $vm.
admin-told-booking_released-forced = Администратор $by снял бронь пользователя $user с ВМ $vm.
admin-told-booking_released-vm_deleted = Администратор $by снял бронь пользователя $user с ВМ $vm, чтобы удалить её.
admin-told-booking_released-expired = Бронь пользователя $user на ВМ $vm закончилась: время вышло.
admin-told-holder_warned = Пользователь $user предупреждён, что бронь ВМ $vm заканчивается: $until.
admin-told-vm_added = Администратор $by добавил ВМ $vm.
admin-told-vm_edited = Администратор $by изменил сведения о ВМ $vm.
admin-told-vm_deleted = Администратор $by удалил ВМ $vm.
admin-told-vms_moved-one = Администратор $by перенёс в группу «$group»: $vms.
admin-told-vms_moved-few = Администратор $by перенёс $n ВМ в группу «$group»: $vms.
admin-told-vms_moved-many = Администратор $by перенёс $n ВМ в группу «$group»: $vms.
admin-told-vms_moved-other = Администратор $by перенёс $n ВМ в группу «$group»: $vms.
admin-told-vms_moved-out-one = Администратор $by вывел из группы: $vms.
admin-told-vms_moved-out-few = Администратор $by вывел из групп $n ВМ: $vms.
admin-told-vms_moved-out-many = Администратор $by вывел из групп $n ВМ: $vms.
admin-told-vms_moved-out-other = Администратор $by вывел из групп $n ВМ: $vms.
admin-told-group_added = Администратор $by создал группу «$group».
admin-told-group_renamed = Администратор $by переименовал группу: теперь «$group».
admin-told-group_deleted = Администратор $by удалил группу «$group».
admin-told-user_added = Пользователь $user впервые вошёл.
admin-told-person_added = Администратор $by добавил пользователя $user. Роль: $role.
admin-told-person_invited = Администратор $by пригласил пользователя $user. Роль: $role.
admin-told-person_invited-anybody = Администратор $by создал приглашение для любого, у кого есть ссылка. Роль: $role.
admin-told-person_registered = Пользователь $user зарегистрировался. Роль: $role.
admin-told-role_changed = Администратор $by изменил роль пользователя $user. Теперь: $role.
admin-told-person_disabled = Администратор $by заблокировал пользователя $user.
admin-told-person_enabled = Администратор $by разблокировал пользователя $user.
admin-told-person_approved = Администратор $by одобрил учётную запись $user.
admin-told-person_refused = Администратор $by отклонил учётную запись $user.
admin-told-password_reset = Администратор $by задал пользователю $user новый пароль.
admin-told-password_reset-own = Пользователь $user сменил свой пароль.
admin-told-token_added = Пользователь $by создал токен API «$name» для $user. Можно: $scope.
admin-told-token_revoked = Пользователь $by отозвал токен API «$name» пользователя $user.
