class Service {
    private UserRepository userRepository;

    List<User> load(List<Long> ids, List<String> stop) {
        List<String> known = new ArrayList<>();
        Set<String> fast = new HashSet<>(known);
        String text = "";
        for (Long id : ids) {
            userRepository.findById(id); // hit query-in-loop
            Pattern.compile("[0-9]+"); // hit pattern-in-loop
            Pattern.compile(name(id)); // ok pattern-in-loop
            text += id; // hit text-grown
            if (known.contains(id)) { // hit membership-in-list
                continue;
            }
            if (fast.contains(id)) { // ok membership-in-list
                continue;
            }
        }
        while (!known.isEmpty()) {
            known.remove(0); // hit front-of-list
        }
        known.remove(0); // ok front-of-list
        int count = 0;
        for (Long id : ids) {
            count += id; // ok text-grown
        }
        return userRepository.findAllById(ids); // ok query-in-loop
    }
}
