class Store {
    void open() throws Exception {
        DriverManager.getConnection("jdbc:h2:mem", "shop", "Tr0ub4dor"); // hit
        new SecretKeySpec("0123456789abcdef".getBytes(), "AES"); // hit
        new PasswordAuthentication("shop", "Tr0ub4dor".toCharArray()); // hit
        DriverManager.getConnection(url, user, password); // ok
        new SecretKeySpec(key, "AES"); // ok
    }
}
