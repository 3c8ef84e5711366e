token = rand(1_000_000) # hit
token = SecureRandom.hex(16) # ok
number = rand(6) # ok
