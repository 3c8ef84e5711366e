function seal(key, nonce) {
  crypto.createCipheriv("des-ede3-cbc", key, nonce);  // hit
  crypto.createCipheriv("aes-128-ecb", key, null);  // hit
  CryptoJS.RC4.encrypt(text, key);  // hit
  crypto.createCipheriv("aes-256-gcm", key, nonce);  // ok
}
