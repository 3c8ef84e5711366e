import os


def download(request):
    open(request.args["name"])  # hit
    name = request.args.get("name")
    path = os.path.join(ROOT, name)
    send_file(path)  # hit


def twin(request):
    open("logo.png")  # ok
    name = secure_filename(request.args.get("name"))
    send_file(os.path.join(ROOT, name))  # ok


def guarded(request):
    path = os.path.normpath(os.path.join(ROOT, request.args["name"]))
    if not path.startswith(ROOT):
        raise ValueError
    return open(path)  # ok
