class Login {
    void enter(String user, String password) {
        logger.info("entered with " + password); // hit
        System.out.println(password); // hit
        logger.info("entered by " + user); // ok
        logger.info("length " + password.length()); // ok
    }
}
