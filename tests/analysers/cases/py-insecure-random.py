import random
import secrets


def start():
    token = "".join(random.choice(LETTERS) for _ in range(20))  # hit
    session_id = random.getrandbits(64)  # hit
    colour = random.choice(COLOURS)  # ok
    token = secrets.token_hex()  # ok


def generate_password(length):
    return "".join(random.choices(LETTERS, k=length))  # hit
