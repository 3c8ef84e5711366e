import subprocess


def view(request):
    subprocess.run([request.GET["tool"], "-v"])  # hit
    name = request.args.get("name")
    subprocess.run(["convert", name])  # hit
    subprocess.run(["convert", "logo.png"])  # ok
    size = int(request.args.get("size"))
    subprocess.run(["convert", size])  # ok
