# Messages of the live feed: notification-<type with dashes>, and variants. The same keys stand in every language.

# Bookings. $user is the holder, $by who did it, $until a time in UTC.

notification-booked = Пользователь { $user } забронировал ВМ { $vm_id } до { $until }
notification-renewed = Пользователь { $user } продлил бронь ВМ { $vm_id } до { $until }
notification-released = Пользователь { $user } освободил ВМ { $vm_id }
notification-released-forced = Администратор { $by } освободил ВМ { $vm_id }: бронь пользователя { $user } снята
notification-released-deleted = Администратор { $by } снял бронь пользователя { $user } с ВМ { $vm_id }, чтобы удалить её
notification-expired = Бронь пользователя { $user } на ВМ { $vm_id } закончилась, машина свободна

# To the holder only.

notification-expiring = Ваша бронь ВМ { $vm_id } заканчивается { $until }
notification-released-by-admin-forced = Администратор { $by } освободил ВМ { $vm_id }: ваша бронь снята
notification-released-by-admin-deleted = Администратор { $by } удалил ВМ { $vm_id }: ваша бронь снята

# The fleet.

notification-vm-added = Администратор { $by } добавил ВМ { $vm_id }
notification-vms-added = Администратор { $by } добавил { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    }
notification-vm-edited = Администратор { $by } изменил сведения о ВМ { $vm_id }
notification-vm-deleted = Администратор { $by } удалил ВМ { $vm_id }
notification-vm-moved = Администратор { $by } перенёс ВМ { $vm_id } в группу «{ $group }»
notification-vms-moved = Администратор { $by } перенёс { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    } в группу «{ $group }»
notification-vm-ungrouped = Администратор { $by } вывел ВМ { $vm_id } из группы
notification-vms-ungrouped = Администратор { $by } вывел из групп { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    }
notification-group-added = Администратор { $by } создал группу «{ $group }»
notification-group-renamed = Администратор { $by } переименовал группу: теперь «{ $group }»
notification-group-deleted = Администратор { $by } удалил группу «{ $group }»

# The same to the person who did it.

notification-own-released-forced = Вы освободили ВМ { $vm_id }: бронь пользователя { $user } снята
notification-own-released-deleted = Вы сняли бронь пользователя { $user } с ВМ { $vm_id }, чтобы удалить её
notification-own-vm-added = Вы добавили ВМ { $vm_id }
notification-own-vms-added = Вы добавили { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    }
notification-own-vm-edited = Вы изменили сведения о ВМ { $vm_id }
notification-own-vm-deleted = Вы удалили ВМ { $vm_id }
notification-own-vm-moved = Вы перенесли ВМ { $vm_id } в группу «{ $group }»
notification-own-vms-moved = Вы перенесли { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    } в группу «{ $group }»
notification-own-vm-ungrouped = Вы вывели ВМ { $vm_id } из группы
notification-own-vms-ungrouped = Вы вывели из групп { $count ->
        [one] { $count } виртуальную машину
        [few] { $count } виртуальные машины
       *[other] { $count } виртуальных машин
    }
notification-own-group-added = Вы создали группу «{ $group }»
notification-own-group-renamed = Вы переименовали группу: теперь «{ $group }»
notification-own-group-deleted = Вы удалили группу «{ $group }»
