File.chmod(0777, path) # hit
FileUtils.chmod("a+rw", path) # hit
File.chmod(0600, path) # ok
File.chmod(0755, path) # ok
