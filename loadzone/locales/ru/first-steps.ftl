# Первые шаги администратора над пустым списком и то, что предлагают другие пустые места.

dashboard-steps = Первые шаги
dashboard-steps-about = LoadZone готов к работе. Ещё несколько шагов, и команда сможет делить свои ВМ.
dashboard-steps-done = сделано
dashboard-steps-to-do = предстоит
dashboard-steps-vms = Добавьте ВМ
dashboard-steps-vms-about = По одной или все сразу из файла CSV.
dashboard-steps-import = Загрузить файл CSV
dashboard-steps-people = Пригласите людей
dashboard-steps-people-about = Заведите им учётные записи; если настройки разрешают регистрацию, можно пригласить и по ссылке.
dashboard-steps-invite = Добавить людей
dashboard-steps-book = Забронируйте первую ВМ
dashboard-steps-book-about = Все сразу увидят, чья она и до какого времени.
dashboard-steps-dismiss = Больше не показывать
dashboard-empty-fleet-led = ВМ пока нет. Добавить их помогут шаги выше.
dashboard-no-groups-user = Групп пока нет. Их создаёт администратор, а пока все ВМ в общем списке.
admin-no-own-history = Вы пока ничего не бронировали. Выберите в таблице свободную ВМ и забронируйте её.
