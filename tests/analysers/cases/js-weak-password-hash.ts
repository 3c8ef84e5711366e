function store(password: string, data: string) {
  crypto.createHash("md5").update(password).digest("hex");  // hit
  CryptoJS.SHA256(user.password);  // hit
  crypto.createHash("sha256").update(data).digest("hex");  // ok
  crypto.scryptSync(password, salt, 64);  // ok
}
