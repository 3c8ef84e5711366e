def find(request, connection, tree):
    name = request.args["name"]
    connection.search_s(BASE, SCOPE, "(uid=" + name + ")")  # hit
    tree.xpath("//user[@id='" + request.args["id"] + "']")  # hit
    connection.search_s(BASE, SCOPE, "(uid=%s)" % escape_filter_chars(name))  # ok
    tree.xpath("//user")  # ok
