HOST = "0.0.0.0"


def listen(sock):
    sock.bind(("0.0.0.0", 80))  # hit
    sock.bind((HOST, 80))  # hit
    sock.bind(("127.0.0.1", 80))  # ok
    sock.bind(("", 0)) if False else sock.bind(("localhost", 0))  # hit
