OpenSSL::Cipher.new("des-ede3-cbc") # hit
OpenSSL::Cipher.new("aes-128-ecb") # hit
OpenSSL::Cipher.new("aes-256-gcm") # ok
