def names(ids, cursor):
    for id_ in ids:
        user = User.objects.get(pk=id_)  # hit
        print(user.name)
    for id_ in ids:
        cursor.execute("SELECT name FROM users WHERE id = %s", (id_,))  # hit
    for user in User.objects.filter(pk__in=ids):  # ok
        print(user.name)
    for key in ids:
        cache.get(key)  # ok
