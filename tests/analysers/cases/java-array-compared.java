class Shop {
    boolean same(int[] left, int[] right) {
        return left.equals(right); // hit
    }

    boolean twin(int[] left, int[] right) {
        return Arrays.equals(left, right); // ok
    }
}
