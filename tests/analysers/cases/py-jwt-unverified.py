import jwt


def user(token, key):
    jwt.decode(token, options={"verify_signature": False})  # hit
    jwt.decode(token, key, verify=False)  # hit
    jwt.encode({}, None, algorithm="none")  # hit
    jwt.decode(token, key, algorithms=["HS256"])  # ok
    body.decode("utf-8")  # ok
