def allowed(url, host, text):
    if "trusted.com" in url:  # hit
        return True
    if url.startswith("https://trusted.com"):  # hit
        return True
    if host == "trusted.com":  # ok
        return True
    if url.startswith("https://trusted.com/"):  # ok
        return True
    return "trusted.com" in text  # ok
