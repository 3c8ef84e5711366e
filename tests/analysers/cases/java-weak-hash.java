class Shop {
    void store(String password) {
        MessageDigest.getInstance("MD5"); // hit
        MessageDigest.getInstance("SHA-1"); // hit
        DigestUtils.md5Hex(password); // hit
        MessageDigest.getInstance("SHA-256"); // ok
    }
}
