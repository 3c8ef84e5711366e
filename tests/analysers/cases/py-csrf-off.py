app.config["WTF_CSRF_ENABLED"] = False  # hit


@csrf_exempt  # hit
def pay(request):
    return charge(request)


@login_required  # ok
def view(request):
    return show(request)
