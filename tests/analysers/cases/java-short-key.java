class Keys {
    void make() throws Exception {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
        pairs.initialize(1024); // hit
        pairs.initialize(3072); // ok
    }
}
