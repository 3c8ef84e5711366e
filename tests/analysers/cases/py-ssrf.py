import requests


def proxy(request):
    requests.get(request.args["url"])  # hit
    target = request.args.get("target")
    requests.post("https://" + target + "/api")  # hit
    requests.get("https://example.org", params={"q": request.args["q"]})  # ok
    requests.get(SETTINGS_URL)  # ok
