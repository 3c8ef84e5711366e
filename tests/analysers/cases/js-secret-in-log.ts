function login(user: User, password: string) {
  console.log(password);  // hit
  logger.info(`login ${user.name} ${user.apiKey}`);  // hit
  logger.info(`login ${user.name}`);  // ok
  logger.info("password set", !!password);  // ok
  console.log(mask(password));  // ok
  console.log(user.hashedPassword);  // ok
}
