import base64
import pickle


def view(request):
    pickle.loads(request.data)  # hit
    pickle.loads(base64.b64decode(text))  # hit
    raw = request.cookies["state"]
    state = pickle.loads(raw)  # hit
    json.loads(request.data)  # ok
    pickle.loads(cache_entry)  # ok
    yaml.load(request.data, Loader=yaml.SafeLoader)  # ok
