def login(response, token):
    response.set_cookie("session_id", token)  # hit
    response.set_cookie("theme", "dark", httponly=False)  # hit
    response.set_cookie("session_id", token, secure=True, httponly=True, samesite="Lax")  # ok
    response.set_cookie("theme", "dark")  # ok
