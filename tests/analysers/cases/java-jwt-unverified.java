class Login {
    void read(String token) {
        Jwts.parser().setSigningKey(KEY).parse(token); // hit
        JwtParser parser = Jwts.parserBuilder().setSigningKey(KEY).build();
        parser.parse(token); // hit
        parser.parseClaimsJws(token); // ok
    }
}
