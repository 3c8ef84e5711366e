class Shop {
    void seal() {
        Cipher.getInstance("DES/CBC/PKCS5Padding"); // hit
        Cipher.getInstance("AES/ECB/PKCS5Padding"); // hit
        Cipher.getInstance("AES"); // hit
        Cipher.getInstance("AES/GCM/NoPadding"); // ok
        KeyGenerator.getInstance("AES"); // ok
    }
}
