class Keys {
    void draw() {
        SecureRandom random = new SecureRandom();
        random.setSeed(12345L); // hit
        new SecureRandom("seed".getBytes()); // hit
        new SecureRandom(); // ok
    }
}
