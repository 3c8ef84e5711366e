import tarfile
import zipfile


def unpack(path, folder):
    with tarfile.open(path) as archive:
        archive.extractall(folder)  # hit
    t = tarfile.open(path)
    t.extractall()  # hit
    with tarfile.open(path) as safe:
        safe.extractall(folder, filter="data")  # ok
    with zipfile.ZipFile(path) as z:
        z.extractall(folder)  # ok
