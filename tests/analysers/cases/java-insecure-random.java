class Shop {
    String newToken() {
        return Long.toHexString(new Random().nextLong()); // hit
    }

    void start() {
        double salt = Math.random(); // hit
        int colour = new Random().nextInt(3); // ok
        SecureRandom secret = new SecureRandom(); // ok
    }
}
