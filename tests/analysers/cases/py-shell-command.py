import os
import subprocess


def archive(name, parts):
    os.system("tar cf " + name)  # hit
    subprocess.run(f"tar cf {name}", shell=True)  # hit
    subprocess.Popen(name, shell=True)  # hit
    command = "ls %s" % name
    subprocess.check_output(command, shell=True)  # hit
    os.popen(" ".join(parts))  # hit


def twin(name):
    os.system("tar cf all.tar src")  # ok
    subprocess.run(["tar", "cf", name])  # ok
    subprocess.run("make all", shell=True)  # ok
    os.system("tar cf " + shlex.quote(name))  # ok
    command = "ls"
    subprocess.check_output(command, shell=True)  # ok
