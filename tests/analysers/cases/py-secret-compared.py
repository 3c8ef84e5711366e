import hmac


def check(signature, expected, body, name, other):
    if signature == expected:  # hit
        return True
    if hmac.new(KEY, body, "sha256").hexdigest() != given:  # hit
        return False
    if hmac.compare_digest(signature, expected):  # ok
        return True
    return name == other  # ok
