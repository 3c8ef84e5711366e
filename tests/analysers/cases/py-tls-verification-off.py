import ssl

import requests


def fetch(url):
    requests.get(url, verify=False)  # hit
    context = ssl.create_default_context()
    context.check_hostname = False  # hit
    context.verify_mode = ssl.CERT_NONE  # hit
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # hit


def twin(url):
    requests.get(url, verify="/etc/ca.pem")  # ok
    context = ssl.create_default_context()
    context.verify_mode = ssl.CERT_REQUIRED  # ok
    token.decode(verify=False)  # ok
