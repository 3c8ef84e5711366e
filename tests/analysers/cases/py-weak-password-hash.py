import hashlib


def store(password, data):
    hashlib.md5(password.encode()).hexdigest()  # hit
    hashlib.sha256(f"{salt}{password}".encode())  # hit
    hashlib.sha256(data)  # ok
    hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)  # ok
