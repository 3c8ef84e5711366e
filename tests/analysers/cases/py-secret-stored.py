def keep(file, path, password, hashed):
    file.write(password)  # hit
    path.write_text(f"login {password}")  # hit
    file.write(hashed)  # ok
    sys.stdout.write(password)  # ok
