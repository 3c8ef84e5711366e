def calculate(text, request):
    eval(text)  # hit
    exec(f"x = {text}")  # hit
    eval(request.args["formula"])  # hit
    eval("1 + 1")  # ok
    model.eval()  # ok
    exec(compile(source, path, "exec"), namespace)  # ok
