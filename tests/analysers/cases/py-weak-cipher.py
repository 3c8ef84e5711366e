from Crypto.Cipher import AES, ARC4, DES


def seal(key, nonce, text):
    DES.new(key, DES.MODE_ECB)  # hit
    ARC4.new(key)  # hit
    AES.new(key, AES.MODE_ECB)  # hit
    Cipher(algorithms.Blowfish(key), mode=None)  # hit
    AES.new(key, AES.MODE_GCM, nonce=nonce)  # ok
    Cipher(algorithms.AES(key), modes.GCM(nonce))  # ok
