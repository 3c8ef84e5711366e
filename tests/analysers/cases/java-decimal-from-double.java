class Shop {
    BigDecimal price = new BigDecimal(0.1); // hit
    BigDecimal exact = new BigDecimal("0.1"); // ok
    BigDecimal other = BigDecimal.valueOf(0.1); // ok
}
