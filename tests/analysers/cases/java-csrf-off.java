class Security {
    void configure(HttpSecurity http) {
        http.csrf().disable(); // hit
        http.csrf(csrf -> csrf.disable()); // hit
        http.csrf(Customizer.withDefaults()); // ok
    }
}
