import ssl


def dial(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # hit
    return context


def modern(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(sock)  # ok


def unbounded(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(sock)  # hit
